// Answers that a token opened belong to one viewer: caches between us and them may not keep them
// for others (RFC 9111 section 5.2.2.7). With the token in the path the URL would tell viewers
// apart; with a header or a cookie it does not, and `Vary` is more than caches can be trusted with.
// What we store ourselves is the shared form and stays public.

/** The header's value for one viewer only. */
export function printPersonal(cacheControl: string): string {
  return cacheControl.replace(/^public\b/, "private");
}

/** The same answer for one viewer only. */
export function toPersonal(response: Response): Response {
  const cacheControl = response.headers.get("cache-control") ?? "";
  if (!cacheControl.startsWith("public")) return response;
  // Ours can be changed in place; what came from the platform's cache cannot, and is never encoded.
  const isOwn = response.headers.has("content-encoding");
  const answer = isOwn ? response : new Response(response.body, response);
  answer.headers.set("cache-control", printPersonal(cacheControl));
  return answer;
}
