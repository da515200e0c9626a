import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import protobuf from 'protobufjs';
import { packageRoot, runsFromSources } from '../package-root.ts';

/** What osm-controller sends is made of these files and what they import. */
const FILES = [
  'envoy/service/discovery/v3/discovery.proto',
  'envoy/config/cluster/v3/cluster.proto',
  'envoy/config/endpoint/v3/endpoint.proto',
  'envoy/config/listener/v3/listener.proto',
  'envoy/config/route/v3/route.proto',
  'envoy/extensions/transport_sockets/tls/v3/tls.proto',
  'envoy/extensions/transport_sockets/tls/v3/secret.proto',
  'envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto',
  'envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy.proto',
  'envoy/extensions/filters/network/rbac/v3/rbac.proto',
  'envoy/extensions/filters/http/rbac/v3/rbac.proto',
  'envoy/extensions/filters/http/router/v3/router.proto',
  'envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector.proto',
  'envoy/extensions/filters/listener/original_dst/v3/original_dst.proto',
  'envoy/extensions/access_loggers/stream/v3/stream.proto',
  'envoy/extensions/upstreams/http/v3/http_protocol_options.proto',
];

let loaded: protobuf.Root | undefined;

/** What the build makes of the files: the package has neither them nor @grpc/grpc-js-xds. */
export const BUILT_PROTOS = 'dist/envoy-api.json';

/** Envoy's API as @grpc/grpc-js-xds carries it; read when first asked for (some 100 ms). */
export function envoyProtos(): protobuf.Root {
  loaded ??= runsFromSources() ? load() : built();
  return loaded;
}

function built(): protobuf.Root {
  const root = protobuf.Root.fromJSON(JSON.parse(readFileSync(join(packageRoot(), BUILT_PROTOS), 'utf8')));
  root.resolveAll();
  return root;
}

function load(): protobuf.Root {
  const { resolve } = createRequire(import.meta.url);
  const deps = join(dirname(resolve('@grpc/grpc-js-xds/package.json')), 'deps');
  const roots = ['envoy-api', 'xds', 'googleapis', 'protoc-gen-validate'].map((name) => join(deps, name));
  const own = dirname(resolve('protobufjs/package.json'));
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => {
    if (protobuf.common.get(target) !== null) return target;
    if (target.startsWith('google/protobuf/')) return join(own, target);
    return roots.map((folder) => join(folder, target)).find(existsSync) ?? null;
  };
  root.loadSync(FILES, { keepCase: true });
  root.resolveAll();
  return root;
}
