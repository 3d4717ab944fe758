// The catalog file: what is accepted, with which defaults, and the exact line that a person reads
// for every mistake.

import { describe, expect, test } from "vitest";
import { printCatalogProblem, readCatalog } from "../../../workers/core/config/read-catalog.ts";

const EAST = `[[origins]]
id = "east"
kind = "http"
url = "https://east.example/live"
`;
const S3 = `[[origins]]
id = "chunks"
kind = "s3"
endpoint = "https://s3.example"
bucket = "chunks"
`;
const DEMO = `
[[channels]]
id = "demo"
mode = "live"
origins = ["east"]
`;
/** The policy's settings begin at line 11. */
const POLICY = `${EAST}${DEMO}[channels.policy]\n`;

function read(text: string, allowIpOrigins = false): readonly string[] {
  const reading = readCatalog(text, { allowIpOrigins });
  if (reading.kind === "catalog") return [];
  return reading.problems.map((problem) => printCatalogProblem("catalog.toml", problem));
}

function accept(text: string, allowIpOrigins = false) {
  const reading = readCatalog(text, { allowIpOrigins });
  if (reading.kind === "refused") throw new Error(JSON.stringify(reading.problems));
  return reading.catalog;
}

interface Bad {
  readonly name: string;
  readonly text: string;
  readonly want: readonly string[];
}

const demoWith = (origins: string) => EAST + DEMO.replace('["east"]', origins);
const eastWith = (url: string) => EAST.replace("https://east.example/live", url) + DEMO;
const ID =
  "must be 1 to 63 lower-case letters, digits and hyphens, beginning with a letter or digit.";
const AVALANCHE =
  "playlist_seconds = 0 risks a cache avalanche: every viewer's request would reach the origin at " +
  "once; use at least 0.1, leave it out to follow the playlist, or set allow_zero = true if this " +
  "is really wanted.";

describe("the document", () => {
  const rows: Bad[] = [
    {
      name: "not TOML: a header that is not closed",
      text: `${EAST}${DEMO}[[hosts\n`,
      want: ["catalog.toml:10: the file is not valid TOML: illegal character in key."],
    },
    {
      name: "not TOML: a key without value",
      text: "id =\n",
      want: ["catalog.toml:1: the file is not valid TOML: invalid value."],
    },
    {
      name: "not TOML: a key written twice",
      text: `${EAST}id = "west"\n`,
      want: [
        "catalog.toml:5: the file is not valid TOML: trying to redefine an already defined table or value.",
      ],
    },
    {
      name: "misspelt table",
      text: `${EAST}${DEMO}[prob]\n`,
      want: ['catalog.toml:10: prob is not a setting; did you mean "probe"?'],
    },
    {
      name: "unknown table",
      text: `${EAST}${DEMO}[limits]\n`,
      want: [
        "catalog.toml:10: limits is not a setting; known here: origins, channels, hosts, contacts, issuers, probe, prices, hot.",
      ],
    },
    {
      name: "[channels] instead of [[channels]]",
      text: EAST + DEMO.replace("[[channels]]", "[channels]"),
      want: ["catalog.toml:6: channels must be written as [[channels]]."],
    },
    {
      name: "[origins] instead of [[origins]]: one complaint, not two",
      text: EAST.replace("[[origins]]", "[origins]") + DEMO,
      want: ["catalog.toml:1: origins must be written as [[origins]]."],
    },
    {
      name: "[[probe]] instead of [probe]",
      text: `${EAST}${DEMO}[[probe]]\ninterval_ms = 1000\n`,
      want: ["catalog.toml:10: probe must be written as [probe]."],
    },
    {
      name: "a number in place of a table",
      text: "channels = [5]\norigins = [6]\nhosts = [7]\n",
      want: [
        "catalog.toml:1: channels[0] must be a table, written as [[channels]].",
        "catalog.toml:2: origins[0] must be a table, written as [[origins]].",
        "catalog.toml:3: hosts[0] must be a table, written as [[hosts]].",
      ],
    },
    {
      name: "a name that every object has",
      text: `${EAST}${DEMO}[__proto__]\n`,
      want: [
        "catalog.toml:10: __proto__ is not a setting; known here: origins, channels, hosts, contacts, issuers, probe, prices, hot.",
      ],
    },
    {
      name: "several problems: all of them, by line",
      text: `${EAST.replace("url", "ulr")}${EAST}${DEMO.replace('"live"', '"Live"')}[probe]\ninterval_ms = 1\n`,
      want: [
        'catalog.toml:1: origins[0].url is missing; it must be a text like "https://origin.example/live".',
        'catalog.toml:4: origins[0].ulr is not a setting; did you mean "url"?',
        'catalog.toml:6: origins[1].id "east" is used twice; the first is at line 2.',
        'catalog.toml:12: channels[0].mode must be "live" or "vod".',
        "catalog.toml:15: probe.interval_ms must be at least 500 ms, or the probes themselves become a load.",
      ],
    },
  ];
  test.each(rows)("$name", ({ text, want }) => expect(read(text)).toEqual(want));
});

describe("[[origins]]", () => {
  const url = (message: string) => [`catalog.toml:4: origins[0].url ${message}`];
  const s3 = (key: string, value: string) =>
    `${S3.replace(new RegExp(`${key} = .*\n`), "")}${key} = ${value}\n`;
  const rows: Bad[] = [
    {
      name: "typo in a key",
      text: EAST.replace("url", "urll") + DEMO,
      want: [
        'catalog.toml:1: origins[0].url is missing; it must be a text like "https://origin.example/live".',
        'catalog.toml:4: origins[0].urll is not a setting; did you mean "url"?',
      ],
    },
    {
      name: "duplicate ids",
      text: EAST + EAST + DEMO,
      want: ['catalog.toml:6: origins[1].id "east" is used twice; the first is at line 2.'],
    },
    {
      name: "missing id",
      text: EAST.replace('id = "east"\n', ""),
      want: [`catalog.toml:1: origins[0].id is missing; it ${ID}`],
    },
    {
      name: "id of a wrong type: the channel's reference is not blamed",
      text: EAST.replace('"east"', "7") + DEMO,
      want: [`catalog.toml:2: origins[0].id ${ID}`],
    },
    {
      name: "missing kind",
      text: EAST.replace('kind = "http"\n', ""),
      want: ['catalog.toml:1: origins[0].kind is missing; it must be "http" or "s3".'],
    },
    {
      name: "unknown kind",
      text: EAST.replace('"http"', '"ftp"'),
      want: ['catalog.toml:3: origins[0].kind must be "http" or "s3".'],
    },
    {
      name: "missing url",
      text: EAST.replace(/url.*\n/, ""),
      want: [
        'catalog.toml:1: origins[0].url is missing; it must be a text like "https://origin.example/live".',
      ],
    },
    {
      name: "url of a wrong type",
      text: EAST.replace(/url = .*/, "url = 7"),
      want: url('must be a text like "https://origin.example/live".'),
    },
    {
      name: "url without scheme",
      text: eastWith("east.example/live"),
      want: url('must begin with "http://" or "https://".'),
    },
    {
      name: "url of another scheme",
      text: eastWith("rtmp://east.example"),
      want: url('must begin with "http://" or "https://".'),
    },
    {
      name: "url with credentials: they are not repeated",
      text: eastWith("https://user:hunter2@east.example/"),
      want: url("must not hold a user name or password; name a secret with credentials instead."),
    },
    {
      name: "url with query",
      text: eastWith("https://east.example/?a=1"),
      want: url("must not hold a query or fragment."),
    },
    {
      name: "url with fragment",
      text: eastWith("https://east.example/#a"),
      want: url("must not hold a query or fragment."),
    },
    {
      name: "url without host",
      text: eastWith("https:///live"),
      want: url('must name a host, and may name a port, like "https://origin.example:8443/live".'),
    },
    {
      name: "url with an impossible port",
      text: eastWith("https://east.example:65536/"),
      want: url('must name a host, and may name a port, like "https://origin.example:8443/live".'),
    },
    {
      name: "url that climbs",
      text: eastWith("https://east.example/a/../b"),
      want: url('must not hold "." or ".." segments.'),
    },
    {
      name: "url that climbs in disguise",
      text: eastWith("https://east.example/a/%2e%2E/b"),
      want: url('must not hold "." or ".." segments.'),
    },
    {
      name: "url with a broken escape",
      text: eastWith("https://east.example/%zz"),
      want: url("must not hold blanks, backslashes or broken escapes in its path."),
    },
    ...["10.0.0.1", "[::1]:8080", "2130706433", "0x7f.1", "127.1:80"].map((host) => ({
      name: `IP address ${host}`,
      text: eastWith(`https://${host}/live`),
      want: url("names an IP address; use a host name, Cloudflare fetches nothing else."),
    })),
    {
      name: "IP address of a storage",
      text: S3.replace("s3.example", "10.0.0.1"),
      want: [
        "catalog.toml:4: origins[0].endpoint names an IP address; use a host name, Cloudflare fetches nothing else.",
      ],
    },
    {
      name: "settings of the other kind: http",
      text: `${EAST}bucket = "b"\n`,
      want: [
        "catalog.toml:5: origins[0].bucket is not a setting; known here: id, kind, url, region, credentials, capacity.",
      ],
    },
    {
      name: "settings of the other kind: s3",
      text: `${S3}url = "https://s3.example"\n`,
      want: [
        "catalog.toml:6: origins[0].url is not a setting; known here: id, kind, endpoint, bucket, region, prefix, addressing, credentials, capacity.",
      ],
    },
    {
      name: "missing bucket",
      text: S3.replace(/bucket.*\n/, ""),
      want: [
        "catalog.toml:1: origins[0].bucket is missing; it must be the name of an S3 bucket: 3 to 63 lower-case letters, digits, dots and hyphens.",
      ],
    },
    {
      name: "bad bucket",
      text: s3("bucket", '"My_Bucket"'),
      want: [
        "catalog.toml:5: origins[0].bucket must be the name of an S3 bucket: 3 to 63 lower-case letters, digits, dots and hyphens.",
      ],
    },
    {
      name: "a secret itself in place of its name: it is not repeated",
      text: s3("credentials", '"AKIAEXAMPLE:hunter2"'),
      want: [
        'catalog.toml:6: origins[0].credentials must be the name of a secret in capitals, like "CHUNKS" for the secret WEIR_S3_CHUNKS.',
      ],
    },
    {
      name: "misspelt addressing",
      text: s3("addressing", '"vhost"'),
      want: ['catalog.toml:6: origins[0].addressing must be "path" or "virtual".'],
    },
    {
      name: "storage prefix with slash",
      text: s3("prefix", '"/live"'),
      want: ['catalog.toml:6: origins[0].prefix must not begin or end with "/" nor hold "//".'],
    },
    {
      name: "storage prefix that climbs",
      text: s3("prefix", '"live/../x"'),
      want: ['catalog.toml:6: origins[0].prefix must not hold "." or ".." segments.'],
    },
    {
      name: "empty signing region",
      text: s3("region", '""'),
      want: ['catalog.toml:6: origins[0].region must be a signing region like "us-east-1".'],
    },
  ];
  test.each(rows)("$name", ({ text, want }) => expect(read(text)).toEqual(want));
});

describe("[[channels]]", () => {
  const place = (message: string) => [`catalog.toml:9: channels[0].origins[0]${message}`];
  const rows: Bad[] = [
    {
      name: "typo in a key",
      text: EAST + DEMO.replace("mode", "mdoe"),
      want: [
        'catalog.toml:6: channels[0].mode is missing; it must be "live" or "vod".',
        'catalog.toml:8: channels[0].mdoe is not a setting; did you mean "mode"?',
      ],
    },
    {
      name: "duplicate ids",
      text: EAST + DEMO + DEMO,
      want: ['catalog.toml:12: channels[1].id "demo" is used twice; the first is at line 7.'],
    },
    {
      name: "bad id",
      text: EAST + DEMO.replace('"demo"', '"Demo_1"'),
      want: [`catalog.toml:7: channels[0].id ${ID}`],
    },
    {
      name: "id of 64 characters",
      text: EAST + DEMO.replace("demo", "d".repeat(64)),
      want: [`catalog.toml:7: channels[0].id ${ID}`],
    },
    {
      name: "id with a separator",
      text: EAST + DEMO.replace("demo", "a/b"),
      want: [`catalog.toml:7: channels[0].id ${ID}`],
    },
    {
      name: "bad mode, line ends of Windows",
      text: (EAST + DEMO.replace('"live"', '"Live"')).replaceAll("\n", "\r\n"),
      want: ['catalog.toml:8: channels[0].mode must be "live" or "vod".'],
    },
    {
      name: "mode of a wrong type",
      text: EAST + DEMO.replace('"live"', "true"),
      want: ['catalog.toml:8: channels[0].mode must be "live" or "vod".'],
    },
    {
      name: "missing origins",
      text: EAST + DEMO.replace(/origins.*\n/, ""),
      want: [
        'catalog.toml:6: channels[0].origins is missing; it must be a list of origins, like ["east", "west"].',
      ],
    },
    {
      name: "empty list of origins",
      text: demoWith("[]"),
      want: ["catalog.toml:9: channels[0].origins must name at least one origin."],
    },
    {
      name: "one origin without brackets",
      text: demoWith('"east"'),
      want: [
        'catalog.toml:9: channels[0].origins must be a list of origins, like ["east", "west"].',
      ],
    },
    {
      name: "unknown origin, nearly right",
      text: demoWith('["esat"]'),
      want: place(' "esat" is not an origin; did you mean "east"?'),
    },
    {
      name: "unknown origin",
      text: demoWith('["paris"]'),
      want: place(' "paris" is not an origin; known here: east.'),
    },
    {
      name: "no origins at all",
      text: DEMO,
      want: [
        'catalog.toml:5: channels[0].origins[0] "east" is not an origin; the file has no [[origins]].',
      ],
    },
    {
      name: "unknown origin in a long list: its own line",
      text: demoWith('[\n  "east",\n  # the old one\n  {id = "wets"},\n]'),
      want: ['catalog.toml:12: channels[0].origins[1] "wets" is not an origin; known here: east.'],
    },
    {
      name: "origin of a wrong type",
      text: demoWith("[5]"),
      want: place(' must be an origin\'s id, or {id = "...", prefix = "/...", segments = "..."}.'),
    },
    {
      name: "origin that cannot be an id",
      text: demoWith('["East!"]'),
      want: [...place(` ${ID}`), ...place(' "East!" is not an origin; did you mean "east"?')],
    },
    {
      name: "origin table without id",
      text: demoWith('[{prefix = "/a"}]'),
      want: place(`.id is missing; it ${ID}`),
    },
    {
      name: "origin table with a typo",
      text: demoWith('[{id = "east", prefx = "/a"}]'),
      want: place('.prefx is not a setting; did you mean "prefix"?'),
    },
    {
      name: "prefix ..",
      text: demoWith('[{id = "east", prefix = "/a/../b"}]'),
      want: place('.prefix must not hold "." or ".." segments.'),
    },
    {
      name: "prefix without slash",
      text: demoWith('[{id = "east", prefix = "a"}]'),
      want: place('.prefix must be empty or begin with "/", like "/ch7".'),
    },
    {
      name: "prefix with a last slash",
      text: demoWith('[{id = "east", prefix = "/a/"}]'),
      want: place('.prefix must not begin or end with "/" nor hold "//".'),
    },
    {
      name: "prefix with an escape",
      text: demoWith('[{id = "east", prefix = "/%2e%2e"}]'),
      want: place('.prefix must be written plainly, without blanks, "%", "?", "#" or "\\".'),
    },
    {
      name: "prefix of a wrong type",
      text: demoWith('[{id = "east", prefix = 7}]'),
      want: place('.prefix must be a text like "/ch7".'),
    },
    {
      name: "unknown chunk storage",
      text: demoWith('[{id = "east", segments = "chunks"}]'),
      want: place('.segments "chunks" is not an origin; known here: east.'),
    },
    {
      name: "chunk storage of a wrong type",
      text: demoWith('[{id = "east", segments = 7}]'),
      want: place('.segments must be an origin\'s id, or {id = "...", prefix = "/..."}.'),
    },
    {
      name: "an origin listed twice",
      text: demoWith('["east", {id = "east", prefix = "/b"}]'),
      want: [
        'catalog.toml:9: channels[0].origins[1] "east" is listed twice in this channel; leave one out.',
      ],
    },
    {
      name: "playlist with leading slash",
      text: `${EAST}${DEMO}playlist = "/a.m3u8"\n`,
      want: ['catalog.toml:10: channels[0].playlist must not begin or end with "/" nor hold "//".'],
    },
    {
      name: "playlist that climbs",
      text: `${EAST}${DEMO}playlist = "../a.m3u8"\n`,
      want: ['catalog.toml:10: channels[0].playlist must not hold "." or ".." segments.'],
    },
    {
      name: "playlist of another kind",
      text: `${EAST}${DEMO}playlist = "a.mpd"\n`,
      want: [
        'catalog.toml:10: channels[0].playlist must be a path that ends in ".m3u8", like "master.m3u8".',
      ],
    },
  ];
  test.each(rows)("$name", ({ text, want }) => expect(read(text)).toEqual(want));
});

describe("[channels.policy]", () => {
  const line = (setting: string, message: string) => [
    `catalog.toml:11: channels[0].policy.${setting} ${message}`,
  ];
  const rows: Bad[] = [
    {
      name: "[[channels.policy]]",
      text: POLICY.replace("[channels.policy]", "[[channels.policy]]"),
      want: ["catalog.toml:10: channels[0].policy must be written as [channels.policy]."],
    },
    { name: "TTL 0", text: `${POLICY}ttl = 0\n`, want: line("ttl", AVALANCHE) },
    {
      name: "TTL 0 in a table",
      text: `${POLICY}ttl = {policy = "fixed", playlist_seconds = 0}\n`,
      want: line("ttl", AVALANCHE),
    },
    {
      name: "TTL 0 in a table with a header: the table's line",
      text: `${POLICY}[channels.policy.ttl]\nplaylist_seconds = 0\n`,
      want: line("ttl", AVALANCHE),
    },
    {
      name: "TTL below 0",
      text: `${POLICY}ttl = -1\n`,
      want: line("ttl", "playlist_seconds must be a number of seconds from 0 to a year."),
    },
    {
      name: "TTL misspelt",
      text: `${POLICY}ttl = "quick"\n`,
      want: line("ttl", "policy must be one of spec, fixed, latency-adaptive."),
    },
    {
      name: "TTL that is a date",
      text: `${POLICY}ttl = 2026-01-01\n`,
      want: line("ttl", "policy must be one of spec, fixed, latency-adaptive."),
    },
    {
      name: "TTL that is a list",
      text: `${POLICY}ttl = []\n`,
      want: line("ttl", "must be a policy's name, a number of seconds, or a table."),
    },
    {
      name: "replicas misspelt",
      text: `${POLICY}replicas = "identicle"\n`,
      want: line("replicas", 'must be "auto", "identical" or "independent".'),
    },
    {
      name: "misspelt replicas",
      text: `${POLICY}replica = "auto"\n`,
      want: line("replica", 'is not a setting; did you mean "replicas"?'),
    },
    {
      name: "another auth",
      text: `${POLICY}auth = "secret"\n`,
      want: line("auth", 'must be "open", "token" or "token+geo".'),
    },
    {
      name: "true as a text",
      text: `${POLICY}beyond_prefix = "yes"\n`,
      want: line("beyond_prefix", "must be true or false."),
    },
    {
      name: "blocking",
      text: `${POLICY}blocking = "yes"\n`,
      want: line("blocking", 'must be "auto", "on" or "off".'),
    },
    {
      name: "unknown_hosts",
      text: `${POLICY}unknown_hosts = "proxy"\n`,
      want: line("unknown_hosts", 'must be "keep" or "drop".'),
    },
    {
      name: "query without brackets",
      text: `${POLICY}query = "lang"\n`,
      want: line("query", 'must be a list of query parameter names, like ["lang"].'),
    },
    {
      name: "query name with a blank",
      text: `${POLICY}query = ["lang", "a b"]\n`,
      want: line(
        "query[1]",
        "must be a query parameter's name: letters, digits, dots, hyphens and underscores.",
      ),
    },
    {
      name: "query name of a wrong type",
      text: `${POLICY}query = [7]\n`,
      want: line(
        "query[0]",
        "must be a query parameter's name: letters, digits, dots, hyphens and underscores.",
      ),
    },
    {
      name: "the edge's own query names",
      text: `${POLICY}query = ["_HLS_msn", "CMCD"]\n`,
      want: [0, 1].flatMap((index) =>
        line(
          `query[${index}]`,
          "is handled by the edge itself and cannot be listed; leave it out.",
        ),
      ),
    },
  ];
  test.each(rows)("$name", ({ text, want }) => expect(read(text)).toEqual(want));
});

describe("delivery hosts", () => {
  const host = (settings: string) => `[[hosts]]\n${settings}\n`;
  const pathway = (id: string, url = `https://${id}.example`) =>
    host(`pathway = "${id}"\nurl = "${url}"`);
  const TEXT = EAST + DEMO;
  const ALIKE = "must have the scheme and port of the other pathways; players keep them.";
  const rows: Bad[] = [
    {
      name: "both an alias and a pathway",
      text: TEXT + host('alias = "a"\npathway = "b"\nurl = "https://a.example"'),
      want: [
        "catalog.toml:12: hosts[0].pathway cannot stand beside alias; write a second [[hosts]].",
      ],
    },
    {
      name: "a weight without a pathway",
      text: TEXT + host('alias = "a"\nurl = "https://a.example"\nweight = 2'),
      want: ["catalog.toml:13: hosts[0].weight belongs to a pathway."],
    },
    {
      name: "a weight below 0",
      text: TEXT + host('pathway = "a"\nurl = "https://a.example"\nweight = -1'),
      want: ["catalog.toml:13: hosts[0].weight must be a number from 0 to 1000, like 1."],
    },
    {
      name: "the name of every player's own way in",
      text: TEXT + pathway("entry"),
      want: [
        "catalog.toml:11: hosts[0].pathway is what players call the host by which they came; choose another.",
      ],
    },
    {
      name: "letters that a playlist cannot hold",
      text: TEXT + pathway("a b", "https://a.example"),
      want: [
        "catalog.toml:11: hosts[0].pathway must be 1 to 63 letters, digits, dots, hyphens and underscores.",
      ],
    },
    {
      name: "the same pathway twice",
      text: TEXT + pathway("a") + pathway("a", "https://b.example"),
      want: ['catalog.toml:14: hosts[1].pathway "a" is used twice; the first is at line 11.'],
    },
    {
      name: "a path, which players would not follow",
      text: TEXT + pathway("a", "https://a.example/live"),
      want: [
        "catalog.toml:12: hosts[0].url of a pathway must be a host alone, like https://b.example.",
      ],
    },
    {
      name: "another scheme",
      text: TEXT + pathway("a") + pathway("b", "http://b.example"),
      want: [`catalog.toml:15: hosts[1].url ${ALIKE}`],
    },
    {
      name: "another port",
      text: TEXT + pathway("a") + pathway("b", "https://b.example:8443"),
      want: [`catalog.toml:15: hosts[1].url ${ALIKE}`],
    },
    {
      name: "steering with nowhere to go",
      text: `${POLICY}steering = true\n${pathway("a")}`,
      want: [
        "catalog.toml:11: channels[0].policy.steering needs at least two [[hosts]] with a pathway to choose from.",
      ],
    },
  ];
  test.each(rows)("$name", ({ text, want }) => expect(read(text)).toEqual(want));

  test("two of them can be steered between", () => {
    const text = `${POLICY}steering = true\n${pathway("a")}${pathway("b")}`;
    expect(accept(text).channels[0]?.policy.steering?.map(({ id }) => id)).toEqual(["a", "b"]);
  });
});

describe("contacts", () => {
  const contact = (settings: string) => `${EAST}${DEMO}[[contacts]]\n${settings}\n`;
  const HOOK = 'id = "ops"\nrole = "on-call"\nkind = "webhook"\n';
  const SECRET =
    'must be the name of a secret in capitals, like "OPS" for the secret WEIR_CONTACT_OPS.';
  const rows: Bad[] = [
    {
      name: "an unknown role",
      text: contact('id = "a"\nrole = "boss"\nkind = "chat"\ncredentials = "A"'),
      want: [
        'catalog.toml:12: contacts[0].role must be "on-call", "lead", "manager" or "director".',
      ],
    },
    {
      name: "an unknown kind",
      text: contact('id = "a"\nrole = "lead"\nkind = "pager"\ncredentials = "A"'),
      want: ['catalog.toml:13: contacts[0].kind must be "webhook" or "chat".'],
    },
    {
      name: "a secret itself",
      text: contact(`${HOOK}url = "https://h.example"\ncredentials = "whsec_abc"`),
      want: [`catalog.toml:15: contacts[0].credentials ${SECRET}`],
    },
    {
      name: "an unsigned webhook",
      text: contact(`${HOOK}url = "https://h.example"`),
      want: [`catalog.toml:10: contacts[0].credentials is missing; it ${SECRET}`],
    },
    {
      name: "a password in the address",
      text: contact(`${HOOK}url = "https://a:b@h.example"\ncredentials = "OPS"`),
      want: [
        "catalog.toml:14: contacts[0].url must not hold a user name or password; name a secret with credentials instead.",
      ],
    },
    {
      name: "a chat room's address, which is a secret",
      text: contact(
        'id = "a"\nrole = "lead"\nkind = "chat"\nurl = "https://h.example"\ncredentials = "A"',
      ),
      want: [
        "catalog.toml:14: contacts[0].url is not a setting; known here: id, role, kind, credentials.",
      ],
    },
    {
      name: "the same id twice",
      text:
        contact(`${HOOK}url = "https://h.example"\ncredentials = "A"`) +
        `[[contacts]]\n${HOOK}url = "https://h.example"\ncredentials = "A"\n`,
      want: ['catalog.toml:17: contacts[1].id "ops" is used twice; the first is at line 11.'],
    },
  ];
  test.each(rows)("$name", ({ text, want }) => expect(read(text)).toEqual(want));
});

describe("[[hosts]] and [probe]", () => {
  const host = (alias: string, url = "https://cdn.example/") =>
    `${EAST}${DEMO}[[hosts]]\nalias = "${alias}"\nurl = "${url}"\n`;
  const probe = (setting: string) => `${EAST}${DEMO}[probe]\n${setting}\n`;
  const rows: Bad[] = [
    ...["self", "parts", "t1", "c2", `t1${"x".repeat(61)}`].map((alias) => ({
      name: `reserved alias ${alias.slice(0, 8)}`,
      text: host(alias),
      want: [
        `catalog.toml:11: hosts[0].alias "${alias}" is reserved in viewer URLs; choose another.`,
      ],
    })),
    {
      name: "bad alias: one complaint",
      text: host("Self"),
      want: [`catalog.toml:11: hosts[0].alias ${ID}`],
    },
    {
      name: "missing alias",
      text: host("x").replace(/alias.*\n/, ""),
      want: [`catalog.toml:10: hosts[0].alias is missing; it ${ID}`],
    },
    {
      name: "alias used twice",
      text: host("cdn") + host("cdn").slice((EAST + DEMO).length),
      want: ['catalog.toml:14: hosts[1].alias "cdn" is used twice; the first is at line 11.'],
    },
    {
      name: "host that is an IP address",
      text: host("cdn", "https://10.0.0.1/"),
      want: [
        "catalog.toml:12: hosts[0].url names an IP address; use a host name, Cloudflare fetches nothing else.",
      ],
    },
    {
      name: "host without scheme",
      text: host("cdn", "cdn.example"),
      want: ['catalog.toml:12: hosts[0].url must begin with "http://" or "https://".'],
    },
    {
      name: "probes too often",
      text: probe("interval_ms = 499"),
      want: [
        "catalog.toml:11: probe.interval_ms must be at least 500 ms, or the probes themselves become a load.",
      ],
    },
    {
      name: "probes too rarely",
      text: probe("interval_ms = 60001"),
      want: [
        "catalog.toml:11: probe.interval_ms must be at most 60000 ms, or a failure would go unseen for too long.",
      ],
    },
    ...["1000.5", '"1s"', "true"].map((value) => ({
      name: `interval ${value}`,
      text: probe(`interval_ms = ${value}`),
      want: [
        "catalog.toml:11: probe.interval_ms must be a whole number of milliseconds, like 2000.",
      ],
    })),
    {
      name: "misspelt interval",
      text: probe("interval = 1000"),
      want: ["catalog.toml:11: probe.interval is not a setting; known here: interval_ms."],
    },
  ];
  test.each(rows)("$name", ({ text, want }) => expect(read(text)).toEqual(want));
});

describe("accepted", () => {
  test("the minimal form, with all defaults", () => {
    const minimal = `
[[origins]]
id = "east"
kind = "http"
url = "http://127.0.0.1:9101/live"
region = "enam"

[[origins]]
id = "west"
kind = "http"
url = "https://west.example"

[[channels]]
id = "demo"
mode = "live"
origins = ["east", {id = "west", prefix = "/ch7"}]
`;
    expect(accept(minimal, true)).toEqual({
      origins: [
        { id: "east", kind: "http", url: "http://127.0.0.1:9101/live/", region: "enam" },
        { id: "west", kind: "http", url: "https://west.example/", region: null },
      ],
      channels: [
        {
          id: "demo",
          mode: "live",
          playlist: "master.m3u8",
          origins: [
            { id: "east", prefix: "", segments: null },
            { id: "west", prefix: "/ch7", segments: null },
          ],
          policy: {
            ttl: { kind: "spec", ignoreNoStore: false },
            auth: "open",
            issuers: [],
            countries: [],
            replicas: "auto",
            blocking: "auto",
            beyondPrefix: false,
            hotTier: false,
            unknownHosts: "keep",
            query: [],
            strip: [],
          },
        },
      ],
      hosts: [],
      issuers: [],
      pathways: [],
      contacts: [],
      probe: { intervalMs: 2000 },
    });
  });

  test("every setting", () => {
    const full = `
[[origins]]
id = "east"
kind = "http"
url = "https://east.example:8443/a%20b/c/"
region = "weur"

[[origins]]
id = "chunks"
kind = "s3"
endpoint = "https://s3.example/"
bucket = "my.chunks-1"
region = "eu-west-1"
prefix = "live/über+1"
addressing = "virtual"
credentials = "CHUNKS_2"

[[channels]]
id = "library"
mode = "vod"
playlist = "a/index.m3u8"
origins = [{id = "east", prefix = "/x/y", segments = {id = "chunks", prefix = "/z"}}, {id = "chunks", segments = "chunks"}]

[channels.policy]
ttl = {policy = "fixed", playlist_seconds = 0, allow_zero = true, ignore_no_store = true}
auth = "token+geo"
issuers = ["shop"]
countries = ["DE", "US-NY"]
replicas = "independent"
blocking = "on"
beyond_prefix = true
hot_tier = true
steering = true
unknown_hosts = "drop"
query = ["lang", "cc"]
strip = ["sid"]

[[hosts]]
alias = "cdn2"
url = "https://cdn2.example/v"

[[issuers]]
id = "shop"
iss = "https://shop.example"
audience = "weir"
keys = ["SHOP_1", "SHOP_2"]
skew_seconds = 0
grace_seconds = 60
revoked = ["8f3a"]

[[issuers]]
id = "own"
keys = ["OWN"]
[[hosts]]
pathway = "Main.1"
url = "https://a.example"

[[hosts]]
pathway = "b"
url = "https://b.example/"
weight = 0.5

[[contacts]]
id = "ops"
role = "on-call"
kind = "webhook"
url = "https://hooks.example/weir"
credentials = "OPS"

[[contacts]]
id = "room"
role = "lead"
kind = "chat"
credentials = "ROOM"

[probe]
interval_ms = 500
`;
    const catalog = accept(full);
    expect(catalog.origins).toEqual([
      { id: "east", kind: "http", url: "https://east.example:8443/a%20b/c/", region: "weur" },
      {
        id: "chunks",
        kind: "s3",
        endpoint: "https://s3.example",
        bucket: "my.chunks-1",
        region: "eu-west-1",
        prefix: "live/über+1",
        addressing: "virtual",
        credentials: "CHUNKS_2",
      },
    ]);
    expect(catalog.channels).toEqual([
      {
        id: "library",
        mode: "vod",
        playlist: "a/index.m3u8",
        origins: [
          { id: "east", prefix: "/x/y", segments: { id: "chunks", prefix: "/z" } },
          { id: "chunks", prefix: "", segments: { id: "chunks", prefix: "" } },
        ],
        policy: {
          ttl: {
            kind: "fixed",
            ignoreNoStore: true,
            playlistMs: 0,
            vodMs: null,
            multivariantMs: null,
            segmentMs: null,
          },
          auth: "token+geo",
          issuers: ["shop"],
          countries: ["DE", "US-NY"],
          replicas: "independent",
          blocking: "on",
          beyondPrefix: true,
          hotTier: true,
          steering: catalog.pathways,
          unknownHosts: "drop",
          query: ["cc", "lang"],
          strip: ["sid"],
        },
      },
    ]);
    expect(catalog.hosts).toEqual([{ alias: "cdn2", url: "https://cdn2.example/v/" }]);
    expect(catalog.issuers).toEqual([
      {
        id: "shop",
        iss: "https://shop.example",
        audience: "weir",
        keys: ["SHOP_1", "SHOP_2"],
        skewSeconds: 0,
        graceSeconds: 60,
        revoked: ["8f3a"],
      },
      {
        id: "own",
        iss: null,
        audience: null,
        keys: ["OWN"],
        skewSeconds: 30,
        graceSeconds: 14_400,
        revoked: [],
      },
    ]);
    expect(catalog.pathways).toEqual([
      { id: "Main.1", url: "https://a.example/", weight: 1 },
      { id: "b", url: "https://b.example/", weight: 0.5 },
    ]);
    expect(catalog.contacts).toEqual([
      {
        ...{ id: "ops", role: "on-call", kind: "webhook" },
        ...{ url: "https://hooks.example/weir", credentials: "OPS" },
      },
      { id: "room", role: "lead", kind: "chat", credentials: "ROOM" },
    ]);
    expect(catalog.probe).toEqual({ intervalMs: 500 });
  });

  test.each([
    { name: "an empty file", text: "" },
    { name: "policy by dotted keys", text: `${EAST}${DEMO}policy.replicas = "identical"\n` },
    {
      name: "tables in one line",
      text: 'origins = [{id = "a", kind = "http", url = "https://a.example"}]',
    },
    { name: "63 characters", text: EAST + DEMO.replace("demo", "d".repeat(63)) },
    { name: "a host that only looks like a number", text: eastWith("https://10.0.0.1.example/") },
    { name: "a playlist named .m3u", text: `${EAST}${DEMO}playlist = "a.m3u"\n` },
  ])("$name", ({ text }) => expect(read(text)).toEqual([]));

  test("IP addresses, where the rules allow them", () => {
    expect(read(eastWith("http://[::1]:80/a"), true)).toEqual([]);
    expect(read(eastWith("http://10.0.0.1/a"), true)).toEqual([]);
  });
});
