// `npm run fuzz [-- playlists|requests ...]`: which fuzzer, then its own flags. Without a word it
// is the playlists'.

const [word, ...rest] = process.argv.slice(2);
const fuzzers = {
  playlists: () => import("./playlist-fuzz.ts"),
  requests: () => import("./requests/requests-fuzz.ts"),
} as const;
const isNamed = word === "playlists" || word === "requests";
// The fuzzers read their flags where every command does.
if (isNamed) process.argv = [...process.argv.slice(0, 2), ...rest];
await fuzzers[isNamed ? word : "playlists"]();
