/** What is known of a request or connection when it is over; undefined is `null` in the log. */
export interface LoggedRequest {
  path?: string;
  method?: string;
  authority?: string;
  userAgent?: string;
  requestID?: string;
  protocol?: string;
  code?: number;
  details?: string;
  flags: string;
  cluster?: string;
  host?: string;
  serviceTime?: number;
  /** SNI of the connection. */
  serverName?: string;
  startMs: number;
  durationMs: number;
  bytesSent: number;
}

export type AccessLog = (request: LoggedRequest) => string;

type Field = (request: LoggedRequest) => string | number | undefined;

const REQUEST_HEADERS: Readonly<Record<string, Field>> = {
  ':AUTHORITY': (r) => r.authority,
  ':METHOD': (r) => r.method,
  ':PATH': (r) => r.path,
  'X-ENVOY-ORIGINAL-PATH': (r) => r.path,
  'USER-AGENT': (r) => r.userAgent,
  'X-REQUEST-ID': (r) => r.requestID,
};

const FIELDS: Readonly<Record<string, Field>> = {
  BYTES_RECEIVED: () => 0,
  BYTES_SENT: (r) => r.bytesSent,
  DURATION: (r) => r.durationMs,
  PROTOCOL: (r) => r.protocol,
  REQUESTED_SERVER_NAME: (r) => r.serverName,
  RESPONSE_CODE: (r) => r.code,
  RESPONSE_CODE_DETAILS: (r) => r.details,
  RESPONSE_FLAGS: (r) => r.flags,
  RESPONSE_DURATION: (r) => r.serviceTime,
  START_TIME: (r) => isoTime(Math.floor(r.startMs)),
  UPSTREAM_CLUSTER: (r) => r.cluster,
  UPSTREAM_HOST: (r) => r.host,
};

let second = Number.NaN;
let secondText = '';

/** ISO 8601 with milliseconds; the text of a second is made once. */
function isoTime(ms: number): string {
  const start = Math.floor(ms / 1000);
  if (start !== second) {
    second = start;
    secondText = new Date(start * 1000).toISOString().slice(0, 20);
  }
  return `${secondText}${String(ms - start * 1000).padStart(3, '0')}Z`;
}

/** Makes the writer of a JSON access log from its format; undefined without one. Keys come in order, as Envoy writes them. */
export function compileAccessLog(format: Record<string, unknown> | undefined): AccessLog | undefined {
  if (format === undefined) return undefined;
  const parts = Object.keys(format)
    .sort()
    .map((key, i): { head: string; field: Field; literal: boolean } => {
      const head = `${i === 0 ? '{' : ','}${JSON.stringify(key)}:`;
      return { head, field: fieldOf(String(format[key])), literal: !String(format[key]).includes('%') };
    });
  return (request) => {
    let line = '';
    for (const { head, field } of parts) {
      const value = field(request);
      line += head + (value === undefined ? 'null' : typeof value === 'number' ? value : quote(value));
    }
    return `${line}}`;
  };
}

/** JSON.stringify, short-cut for the texts that need no escapes: nearly all. */
function quote(text: string): string {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x22 || code === 0x5c) return JSON.stringify(text);
  }
  return `"${text}"`;
}

function fieldOf(format: string): Field {
  const command = /^%([A-Z_]+)(?:\(([^)]*)\))?(?::\d+)?%$/.exec(format);
  if (command === null) return () => format;
  const [, name = '', argument = ''] = command;
  if (name === 'RESP' && argument.toUpperCase().startsWith('X-ENVOY-UPSTREAM-SERVICE-TIME')) {
    return (r) => (r.serviceTime === undefined ? undefined : String(r.serviceTime));
  }
  if (name === 'REQ') return REQUEST_HEADERS[argument.toUpperCase().split('?')[0] ?? ''] ?? (() => undefined);
  return FIELDS[name] ?? (() => undefined);
}
