// Files that are bundled as text; see [[rules]] in wrangler.toml.

declare module "hls.js/dist/hls.min.js" {
  const text: string;
  export default text;
}
