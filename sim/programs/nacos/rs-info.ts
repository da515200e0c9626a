import { bindBean, bindBoolean, bindDouble, bindInt, bindString, bindStringMap } from './jackson-bind.ts';
import { JacksonError, JacksonParser } from './jackson-parser.ts';
import { RuntimeFault } from './reply.ts';

/** The body of a full beat. A weight that is not told is 0. */
export interface RsInfo {
  /** `group@@service`. */
  serviceName: string | undefined;
  ip: string | undefined;
  port: number;
  cluster: string | undefined;
  weight: number;
  ephemeral: boolean;
  metadata: Record<string, string> | undefined;
}

const RS_INFO = 'com.alibaba.nacos.naming.healthcheck.RsInfo';

/**
 * Reads a full beat; undefined for `null`. Throws the fault of Jackson's complaint, with its cause, as the server prints
 * both. Models nacos naming healthcheck/RsInfo and common JacksonUtils.toObj.
 */
export function parseBeat(text: string): RsInfo | undefined {
  const beat: RsInfo = {
    serviceName: undefined,
    ip: undefined,
    port: 0,
    cluster: undefined,
    weight: 0,
    ephemeral: true,
    metadata: undefined,
  };
  const bean = bindBean(RS_INFO, {
    serviceName: (parser, token) => {
      beat.serviceName = bindString(parser, token);
    },
    ip: (parser, token) => {
      beat.ip = bindString(parser, token);
    },
    port: (parser, token) => {
      beat.port = bindInt(parser, token);
    },
    cluster: (parser, token) => {
      beat.cluster = bindString(parser, token);
    },
    weight: (parser, token) => {
      beat.weight = bindDouble(parser, token);
    },
    ephemeral: (parser, token) => {
      beat.ephemeral = bindBoolean(parser, token);
    },
    metadata: (parser, token) => {
      beat.metadata = bindStringMap('java.util.LinkedHashMap')(parser, token);
    },
    // Read for their mistakes only.
    ak: bindString,
    load: bindDouble,
    cpu: bindDouble,
    rt: bindDouble,
    qps: bindDouble,
    mem: bindDouble,
  });
  try {
    const parser = new JacksonParser(text);
    return bean(parser, parser.value(true)) && beat;
  } catch (error) {
    if (!(error instanceof JacksonError)) throw error;
    const outer = `errCode: 101, errMsg: Nacos deserialize for class [${RS_INFO}] failed, cause error[${error.message}].  `;
    throw new RuntimeFault(101, outer, ...[error.message, error.because].filter((text) => text !== undefined));
  }
}
