// What hostile requests are put together from: pieces of paths and queries that readers of URLs
// disagree about, headers that other caches were poisoned by, and bodies that readers of JSON and
// TOML stumble over. Places in braces are filled in by hostile-request.ts.

/** Stands in every hostile value, so that it can be looked for where it must not be. */
export const MARK = "evilmark";

export const PATH_PIECES: readonly string[] = [
  ...["..", ".", "../", "%2e%2e", "%2E%2e/", "..%2f", "..;/", ".%00./", "%252e%252e", "%c0%ae"],
  ...["/", "//", "%2f", "%5c", "\\", "%00", "%0d%0a", "%0a", "%09", "%20", "%", "%zz", "%u002e"],
  ...["@self", "@t0", "@t1", "@t-1", "@t99999999999999999999", "@c1", "@parts/3", "@nobody", "%40"],
  ...["~", "%7e", "~x", "~/", "_/healthz", "_/probe", "_/steering/open", "_/explain", "_"],
  ...[";a=b", ":80", "*", "'", '"', "<script>", "{}", "|", "^", "`", "[::1]", "é", "%ff", "\u00ff"],
  ...["index.m3u8", "0.ts", ".m3u8", ".ts", ".key", ".php", ".m3u8/x.ts", "index.m3u8%3fx"],
  ...["{canary}", "http:/{host}/x.ts", "http://{host}/x.ts", "@{host}", "//{host}/"],
  ...["a".repeat(300), "%41".repeat(200), "/a".repeat(400), "z".repeat(9_000)],
];

export const QUERY_PIECES: readonly string[] = [
  ...["_HLS_msn=0", "_HLS_msn=99999", "_HLS_msn=-1", "_HLS_msn=9007199254740993", "_HLS_msn="],
  ...["_HLS_part=0", "_HLS_part=x", "_HLS_skip=YES", "_HLS_skip=v2", "_HLS_primary_id=x"],
  ...["_HLS_msn=1&_HLS_msn=2", "_HLS_push=1", "~h=", "~h=AAAA", "~h=%00", "v=h:720", "v=h:%zz"],
  ...["bytes=1", "bytes=16777217", "bytes=-1", "bytes=1e9", "url={canary}", "host={host}"],
  ...['CMCD=bs,nor%3D"..%2f..%2finternal"', `CMCD=sid%3D"${MARK}"`, "CMCD=%00", "CMCD=nor"],
  ...["?", "??", "&&&", "=", "%", "a[]=1", "__proto__=1", "constructor=1", "x".repeat(4_000)],
  ...["limit=-1", "limit=1e9", "cursor=%00", "cursor=AAAA", "open=maybe", "region=nowhere"],
  ...[`callback=${MARK}`, "utm_source=x", "token={token}", "access_token=x", "X-Amz-Signature=x"],
];

/** Names and values; each may come with each request. */
export const HEADERS: readonly (readonly [string, string])[] = [
  ["host", "{host}"],
  ["x-forwarded-host", "{host}"],
  ["x-forwarded-proto", "gopher"],
  ["x-forwarded-for", `203.0.113.1, ${MARK}`],
  ["x-forwarded-prefix", `/${MARK}`],
  ["forwarded", "host={host};for=203.0.113.1"],
  ["x-original-url", "/internal"],
  ["x-rewrite-url", "/internal"],
  ["x-http-method-override", "DELETE"],
  ["x-host", "{host}"],
  ["origin", `https://${MARK}.example`],
  ["referer", `https://${MARK}.example/<script>`],
  ["user-agent", MARK],
  ["user-agent", "weir-probe"],
  ["cookie", `session=${MARK}`],
  ["cookie", "URISigningPackage={token}"],
  ["cta-common-access-token", "{token}"],
  ["cta-common-access-token", MARK],
  ["authorization", `Bearer ${MARK}`],
  ["authorization", "Basic OjovLw=="],
  ["accept", "text/html"],
  ["accept-encoding", "gzip;q=0, *;q=0"],
  ["accept-encoding", "br;q=1.0, gzip;q=0.5, identity;q=0"],
  ["accept-encoding", "gzip"],
  ["accept-encoding", `${MARK};q=9`],
  ["accept-language", MARK],
  ["cache-control", "no-store, only-if-cached, max-age=0"],
  ["pragma", "no-cache"],
  ["range", "bytes=0-3"],
  ["range", "bytes=-1"],
  ["range", "bytes=5-2"],
  ["range", "bytes=999999999-"],
  ["range", "bytes=0-0,2-3,1-9"],
  ["range", "bytes=0-99999999999999999999"],
  ["range", "bytes=a-b"],
  ["range", `pages=${MARK}`],
  ["if-range", '"nothing"'],
  ["if-range", "Thu, 01 Jan 2099 00:00:00 GMT"],
  ["if-none-match", "*"],
  ["if-none-match", 'W/"x", "y", "'],
  ["if-modified-since", "Thu, 01 Jan 2099 00:00:00 GMT"],
  ["if-modified-since", "yesterday"],
  ["if-match", '"nothing"'],
  ["te", "trailers"],
  ["via", `1.1 ${MARK}`],
  ["upgrade", "websocket"],
  ["cf-connecting-ip", "203.0.113.1"],
  ["cf-ipcountry", "QQ"],
  ["cdn-loop", "cloudflare; weir; weir"],
  ["cf-worker", MARK],
  ["x-playback-session-id", MARK],
  ["cmcd-request", 'nor="../../internal",nrr="0-3"'],
  ["cmcd-session", `sid="${MARK}",sf=h`],
  ["cmcd-object", "br=99999999999999999999,d=-1,ot=zz"],
  ["cmcd-status", "bs,rtp=-5"],
  ["idempotency-key", `"${MARK}"`],
  ["idempotency-key", "x".repeat(300)],
  ["content-type", "application/json"],
  ["content-type", "application/toml"],
  ["content-type", `text/${MARK}`],
  ["content-encoding", "gzip"],
  ["sec-fetch-site", "cross-site"],
  ["access-control-request-headers", `x-${MARK}`],
  ["access-control-request-method", "PUT"],
  [`x-${MARK}`, "x".repeat(2_000)],
  ["cookie", "c=".padEnd(20_000, "y")],
];

export const METHODS: readonly string[] = [
  ...["GET", "GET", "GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"],
];

/** For places that take one: what no reader may fall over, and nothing that is an order. */
export const BODIES: readonly string[] = [
  ...["", " ", "{", "[", "null", "0", '"x"', "[]", "{}", '{"a":', "[".repeat(5_000), "\u0000"],
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"x":1}}}',
  '{"kind":"drain","kind":"pin"}',
  `{"title":"${MARK}","channel":["open"],"paths":"/"}`,
  '{"channel":"open","paths":["{canary}"],"startsAt":"never"}',
  '{"channel":"open","regions":["../../x"]}',
  '{"id":"x","minutes":1e308}',
  '{"id":9007199254740993}',
  `{"${"k".repeat(3_000)}":1}`,
  '[[origins]]\nid = "evil"\nkind = "http"\nurl = "{canary}"\nnonsense = 1\n',
  '[[channels]]\nid = "a/../b"\n',
  "a = 1\na = 2\n",
  `[${"a.".repeat(2_000)}b]\n`,
  "x = 99999-99-99T99:99:99Z\n",
  '"\\uD800" = 1\n',
  "\ufeff[[",
];

/**
 * Whole requests that break the frame of HTTP; each is sent on a connection of its own. CONNECT is
 * not among them: the emulator in front of control answers it, and Cloudflare never passes it on.
 */
export const BROKEN: readonly string[] = [
  "GET {path} HTTP/1.1\r\nhost: edge\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n" +
    "0\r\n\r\nGET /internal HTTP/1.1\r\n\r\n",
  "POST {path} HTTP/1.1\r\nhost: edge\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
  "POST {path} HTTP/1.1\r\nhost: edge\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\nabc",
  "POST {path} HTTP/1.1\r\nhost: edge\r\ncontent-length: -1\r\n\r\n",
  "POST {path} HTTP/1.1\r\nhost: edge\r\ncontent-length: 99999\r\n\r\nshort",
  "GET {path}\r\n\r\n",
  "GET {path} HTTP/9.9\r\n\r\n",
  "GET  {path}  HTTP/1.1\r\nhost: edge\r\n\r\n",
  "{path}\r\n\r\n",
  "GET {path} HTTP/1.1\r\n\r\n",
  "GET {path} HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
  "GET {path} HTTP/1.1\r\nhost : edge\r\n\r\n",
  "GET {path} HTTP/1.1\r\nhost: edge\r\nx: a\r\n b\r\n\r\n",
  "GET {path} HTTP/1.1\nhost: edge\n\n",
  "GET {path} HTTP/1.1\r\nhost: edge\r\nx: \u0000\u0001\r\n\r\n",
  "GET http://{host}/x HTTP/1.1\r\nhost: edge\r\n\r\n",
  "OPTIONS * HTTP/1.1\r\nhost: edge\r\n\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
  "EVIL {path} HTTP/1.1\r\nhost: edge\r\n\r\n",
];
