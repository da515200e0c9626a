/** What a speaker says it can do, apart from graceful restart. */
export interface BgpCapabilities {
  refresh: boolean;
  enhancedRefresh: boolean;
  /** RFC 9494, without routes of its own to keep. */
  longLivedRestart: boolean;
  /** AS numbers of four octets. */
  as4: boolean;
  addPaths: { rx: boolean; tx: boolean };
}

export const NO_CAPABILITIES: BgpCapabilities = {
  refresh: false,
  enhancedRefresh: false,
  longLivedRestart: false,
  as4: false,
  addPaths: { rx: false, tx: false },
};

/** What BIRD 1.6 always can. */
export const BIRD_CAPABILITIES: BgpCapabilities = {
  ...NO_CAPABILITIES,
  refresh: true,
  enhancedRefresh: true,
  as4: true,
};

/** A BGP message as far as a session without routes needs it. */
export type BgpMessage =
  | {
      type: 'open';
      as: number;
      holdTime: number;
      routerId: string;
      gracefulRestart: boolean;
      /** It recovers from a restart itself. */
      restarting?: boolean;
      /** It says so itself; without them a plain BGP-4 speaker, but for a long AS number. */
      capabilities?: BgpCapabilities;
    }
  | { type: 'update'; endOfRib: boolean }
  | { type: 'notification'; code: number; subcode: number }
  | { type: 'keepalive' }
  | { type: 'refresh' }
  /** A code and subcode of NOTIFICATION say what is wrong; `open`: it was one, or wanted to be. */
  | { type: 'malformed'; code: number; subcode: number; open?: boolean };

const HEADER = 19;
const TYPES = { open: 1, update: 2, notification: 3, keepalive: 4, refresh: 5 } as const;
const BAD_LENGTH = { type: 'malformed', code: 1, subcode: 2 } as const;

/** Numbers of capabilities, IANA's. */
const CODES = {
  multiprotocol: 1,
  refresh: 2,
  gracefulRestart: 64,
  as4: 65,
  addPaths: 69,
  enhancedRefresh: 70,
  longLived: 71,
};
const IPV4_UNICAST = [0, 1, 1];

/** An OPEN message; `restarting` as BIRD sends it after `-R`, while it recovers. */
export function encodeOpen(open: Omit<Extract<BgpMessage, { type: 'open' }>, 'type'>): Uint8Array {
  const { refresh, as4, addPaths, enhancedRefresh, longLivedRestart } = open.capabilities ?? NO_CAPABILITIES;
  const direction = (addPaths.rx ? 1 : 0) + (addPaths.tx ? 2 : 0);
  const capabilities = [
    ...[CODES.multiprotocol, 4, 0, 1, 0, 1],
    ...(refresh ? [CODES.refresh, 0] : []),
    ...(open.gracefulRestart ? [CODES.gracefulRestart, 6, open.restarting ? 0x80 : 0, 120, ...IPV4_UNICAST, 0x80] : []),
    ...(as4 || open.as > 65_535 ? [CODES.as4, 4, ...bytes(open.as, 4)] : []),
    ...(direction > 0 ? [CODES.addPaths, 4, ...IPV4_UNICAST, direction] : []),
    ...(enhancedRefresh ? [CODES.enhancedRefresh, 0] : []),
    ...(longLivedRestart ? [CODES.longLived, 0] : []),
  ];
  const shortAs = open.as > 65_535 ? 23_456 : open.as;
  const id = open.routerId.split('.').map(Number);
  const parameters = [2, capabilities.length, ...capabilities];
  return message(TYPES.open, [
    4,
    ...bytes(shortAs, 2),
    ...bytes(open.holdTime, 2),
    ...id,
    parameters.length,
    ...parameters,
  ]);
}

export function encodeNotification(code: number, subcode: number): Uint8Array {
  return message(TYPES.notification, [code, subcode]);
}

export function encodeKeepalive(): Uint8Array {
  return message(TYPES.keepalive, []);
}

/** An UPDATE that withdraws and announces nothing: End-of-RIB. */
export function encodeEndOfRib(): Uint8Array {
  return message(TYPES.update, [0, 0, 0, 0]);
}

/** Cuts a stream into messages. */
export class BgpReader {
  #bytes: number[] = [];

  push(data: Uint8Array): BgpMessage[] {
    this.#bytes.push(...data);
    const messages: BgpMessage[] = [];
    while (this.#bytes.length >= HEADER) {
      const length = number(this.#bytes, 16, 2);
      const marked = this.#bytes.slice(0, 16).every((byte) => byte === 0xff);
      if (!marked || length < HEADER || length > 4096) {
        this.#bytes = [];
        return [...messages, marked ? BAD_LENGTH : { type: 'malformed', code: 1, subcode: 1 }];
      }
      if (this.#bytes.length < length) break;
      const [type = 0, ...body] = this.#bytes.splice(0, length).slice(18);
      messages.push(decode(type, body));
    }
    return messages;
  }
}

function decode(type: number, body: number[]): BgpMessage {
  switch (type) {
    case TYPES.open:
      return decodeOpen(body);
    case TYPES.update:
      return decodeUpdate(body);
    case TYPES.refresh:
      return body.length < 4 ? BAD_LENGTH : { type: 'refresh' };
    case TYPES.notification:
      if (body.length < 2) return BAD_LENGTH;
      return { type: 'notification', code: body[0] ?? 0, subcode: body[1] ?? 0 };
    case TYPES.keepalive:
      return { type: 'keepalive' };
    default:
      return { type: 'malformed', code: 1, subcode: 3 };
  }
}

/** Whether what is withdrawn and the attributes are as long as the message says; routes are not looked at. */
function decodeUpdate(body: readonly number[]): BgpMessage {
  if (body.length < 4) return BAD_LENGTH;
  const attributes = 2 + number(body, 0, 2);
  const fits = attributes + 2 <= body.length && attributes + 2 + number(body, attributes, 2) <= body.length;
  return fits ? { type: 'update', endOfRib: body.length === 4 } : { type: 'malformed', code: 3, subcode: 1 };
}

/** Models bird 1.6 proto/bgp/packets.c bgp_rx_open and bgp_parse_options. */
function decodeOpen(body: number[]): BgpMessage {
  if (body.length < 10 || body.length !== 10 + (body[9] ?? 0)) return { ...BAD_LENGTH, open: true };
  if (body[0] !== 4) return { type: 'malformed', code: 2, subcode: 1, open: true };
  for (let at = 10; at < body.length; at += 2 + (body[at + 1] ?? 0)) {
    if (at + 2 + (body[at + 1] ?? 0) > body.length) return { type: 'malformed', code: 2, subcode: 0, open: true };
    if (body[at] !== 2) return { type: 'malformed', code: 2, subcode: 4, open: true };
  }
  const found = capabilitiesOf(body);
  const restart = found.get(CODES.gracefulRestart);
  const direction = found.get(CODES.addPaths)?.[3] ?? 0;
  const as4 = found.get(CODES.as4);
  return {
    type: 'open',
    as: as4 === undefined ? number(body, 1, 2) : number(as4, 0, 4),
    holdTime: number(body, 3, 2),
    routerId: body.slice(5, 9).join('.'),
    gracefulRestart: (restart?.length ?? 0) > 2,
    restarting: ((restart?.[0] ?? 0) & 0x80) !== 0,
    capabilities: {
      refresh: found.has(CODES.refresh),
      enhancedRefresh: found.has(CODES.enhancedRefresh),
      longLivedRestart: found.has(CODES.longLived),
      as4: as4 !== undefined,
      addPaths: { rx: (direction & 1) !== 0, tx: (direction & 2) !== 0 },
    },
  };
}

/** The capabilities of an OPEN by number: optional parameters of type 2 are lists of them. */
function capabilitiesOf(body: readonly number[]): Map<number, readonly number[]> {
  const found = new Map<number, readonly number[]>();
  for (let at = 10; at + 2 <= body.length; at += 2 + (body[at + 1] ?? 0)) {
    if (body[at] !== 2) continue;
    const end = at + 2 + (body[at + 1] ?? 0);
    for (let option = at + 2; option + 2 <= end; option += 2 + (body[option + 1] ?? 0))
      found.set(body[option] ?? 0, body.slice(option + 2, option + 2 + (body[option + 1] ?? 0)));
  }
  return found;
}

function message(type: number, body: readonly number[]): Uint8Array {
  return Uint8Array.from([...new Array<number>(16).fill(0xff), ...bytes(HEADER + body.length, 2), type, ...body]);
}

function bytes(value: number, size: number): number[] {
  return Array.from({ length: size }, (_, index) => Math.floor(value / 256 ** (size - 1 - index)) % 256);
}

function number(from: readonly number[], at: number, size: number): number {
  let value = 0;
  for (let index = at; index < at + size; index++) value = value * 256 + (from[index] ?? 0);
  return value;
}
