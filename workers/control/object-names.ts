// Names of control's own objects.

/** There is one catalog store and one health centre; probers are numbered after it. */
export const MAIN = "main";
