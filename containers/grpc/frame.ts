/** As gRPC servers have it by default. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
/** Before each message: a byte that says whether it is compressed, and its length. */
const PREFIX_BYTES = 5;

/** A message as it goes over the wire, not compressed. */
export function framed(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/**
 * Takes the first whole message off what has come; undefined if there is none yet.
 * @throws Error for a message that is compressed or too long
 */
export function nextMessage(data: Buffer): { message: Buffer; rest: Buffer } | undefined {
  if (data.length < PREFIX_BYTES) return undefined;
  if (data[0] !== 0) throw new Error('compressed messages are not supported');
  const length = data.readUInt32BE(1);
  if (length > MAX_MESSAGE_BYTES)
    throw new Error(`received message larger than max (${length} vs. ${MAX_MESSAGE_BYTES})`);
  const end = PREFIX_BYTES + length;
  return data.length < end ? undefined : { message: data.subarray(PREFIX_BYTES, end), rest: data.subarray(end) };
}
