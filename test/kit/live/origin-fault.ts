// The ways in which a live origin of the drill fails, one at a time, over everything it is asked.
//
//   reset     the connection is reset on arrival
//   hang      the request is taken and never answered
//   error     500
//   freeze    200 OK, and nothing new for ever
//   slow      three seconds for every answer
//   html      200 OK and a page of HTML, as a captive portal or a friendly error page sends
//   truncate  a Content-Length, half of the body, and the connection cut
//   restart   the packager begins again: numbers from 0, new names, a window of three segments

export const FAULTS = [
  "reset",
  "hang",
  "error",
  "freeze",
  "slow",
  "html",
  "truncate",
  "restart",
] as const;
export type Fault = (typeof FAULTS)[number];

export const SLOW_MS = 3_000;
