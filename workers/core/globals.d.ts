// The few globals that core may use: deterministic, synchronous, the same in every engine.
// Everything else (fetch, URL, crypto, timers, console, TextEncoder) is left out on purpose, so
// that a decision which reaches for the platform does not compile.
// See infra/docs/adr/0001-rooms.md.

declare function encodeURIComponent(text: string): string;
declare function decodeURIComponent(text: string): string;
