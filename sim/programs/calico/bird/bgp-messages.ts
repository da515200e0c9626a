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
    }
  | { type: 'update'; endOfRib: boolean }
  | { type: 'notification'; code: number; subcode: number }
  | { type: 'keepalive' }
  | { type: 'malformed' };

const HEADER = 19;
const TYPES = { open: 1, update: 2, notification: 3, keepalive: 4 } as const;

/** Multiprotocol IPv4 unicast, and four-octet AS numbers. */
const CAPABILITIES = [1, 4, 0, 1, 0, 1, 65, 4];
const GRACEFUL_RESTART = 64;

/** An OPEN message; `restarting` as BIRD sends it after `-R`, while it recovers. */
export function encodeOpen(open: Omit<Extract<BgpMessage, { type: 'open' }>, 'type'>): Uint8Array {
  const capabilities = [...CAPABILITIES, ...bytes(open.as, 4)];
  if (open.gracefulRestart) capabilities.push(GRACEFUL_RESTART, 6, open.restarting ? 0x80 : 0, 120, 0, 1, 1, 0x80);
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
        return [...messages, { type: 'malformed' }];
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
      return { type: 'update', endOfRib: body.length === 4 };
    case TYPES.notification:
      return { type: 'notification', code: body[0] ?? 0, subcode: body[1] ?? 0 };
    case TYPES.keepalive:
      return { type: 'keepalive' };
    default:
      return { type: 'malformed' };
  }
}

function decodeOpen(body: number[]): BgpMessage {
  if (body[0] !== 4 || body.length < 10) return { type: 'malformed' };
  let as = number(body, 1, 2);
  let gracefulRestart = false;
  let restarting = false;
  // Optional parameters; of type 2 are lists of capabilities.
  for (let at = 10; at + 2 <= body.length; at += 2 + (body[at + 1] ?? 0)) {
    if (body[at] !== 2) continue;
    const end = at + 2 + (body[at + 1] ?? 0);
    for (let option = at + 2; option + 2 <= end; option += 2 + (body[option + 1] ?? 0)) {
      if (body[option] === 65) as = number(body, option + 2, 4);
      if (body[option] !== GRACEFUL_RESTART) continue;
      gracefulRestart = (body[option + 1] ?? 0) > 2;
      restarting = ((body[option + 2] ?? 0) & 0x80) !== 0;
    }
  }
  const routerId = body.slice(5, 9).join('.');
  return { type: 'open', as, holdTime: number(body, 3, 2), routerId, gracefulRestart, restarting };
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
