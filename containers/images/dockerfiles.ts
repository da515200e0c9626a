/** Dockerfiles as text, so that they are in the package whether it runs from sources or from `dist`. */

import { install } from './install.ts';

/** Programs that other images copy from: one `apt-get update` instead of one an image. */
export const TOOLS = `FROM probelab/base:bookworm
${install('busybox-static', 'etcd-server')}
RUN mkdir -p /busybox/bin /busybox/tmp /busybox/etc /busybox/root /busybox/var/run \\
 && chmod 1777 /busybox/tmp \\
 && cp /bin/busybox /busybox/bin/busybox && chroot /busybox /bin/busybox --install -s /bin \\
 && echo root:x:0:0:root:/root:/bin/sh > /busybox/etc/passwd && echo root:x:0: > /busybox/etc/group
`;

export const BUSYBOX = `FROM probelab/tools:bookworm AS tools
FROM scratch
COPY --from=tools /busybox/ /
ENV PATH=/bin
CMD ["sh"]
`;

/** Holds a pod's network namespace; like the real one it does nothing, and ends when it is told to. */
export const PAUSE = `FROM probelab/tools:bookworm AS tools
FROM scratch
COPY --from=tools /bin/busybox /bin/busybox
ENTRYPOINT ["/bin/busybox", "sh", "-c", "trap 'exit 0' TERM INT; /bin/busybox sleep 2147483647 & wait"]
`;

export const ETCD = `FROM probelab/tools:bookworm AS tools
FROM probelab/base:bookworm
COPY --from=tools /usr/bin/etcd /usr/local/bin/etcd
EXPOSE 2379 2380
CMD ["/usr/local/bin/etcd"]
`;

export const NET = `FROM probelab/base:bookworm
${install('iptables')}
`;

/** What the init containers of OSM's control plane run. A lab's CRDs are manifests: kubectl finds them applied. */
export const CLIENTS = `FROM probelab/base:bookworm
${install('curl')}
RUN printf '#!/bin/sh\\nsleep 0.5\\n' > /usr/local/bin/kubectl && chmod 755 /usr/local/bin/kubectl
USER 100
ENTRYPOINT ["curl"]
CMD ["--help"]
`;

export const ENVOY = `FROM probelab/base:bookworm
COPY envoy /usr/local/lib/envoy
COPY envoy-command /usr/local/bin/envoy
EXPOSE 10000
ENTRYPOINT ["envoy"]
CMD ["-c", "/etc/envoy/envoy.yaml"]
`;

/** The host of our programs: Node, the compiled programs, and small commands under the names that manifests use. */
export const APP = `FROM probelab/base:bookworm
${install('curl')}
COPY nacos-sdk/ /opt/probelab/nacos-sdk/
COPY node /opt/probelab/bin/node
COPY programs/ /opt/probelab/programs/
COPY osm-healthcheck /osm-healthcheck
LABEL dev.probelab.program-host=1
ENTRYPOINT ["/opt/probelab/bin/node", "/opt/probelab/programs/containers/program-host/main.js"]
`;

/**
 * `envoy` as injectors of its time start it. Releases up to 1.19 knew `--bootstrap-version`, and took the option and its
 * value as one word, too (OSM 1.0 writes it so); later ones refuse to start.
 */
export const ENVOY_COMMAND = `#!/bin/sh
for word do
  shift
  case "$word" in
    --bootstrap-version) skip=1; continue ;;
    "--bootstrap-version "*|--bootstrap-version=*) continue ;;
  esac
  if [ -n "$skip" ]; then skip=; continue; fi
  set -- "$@" "$word"
done
exec /usr/local/lib/envoy "$@"
`;

/** Instead of the line that copies Node from the build context, where that is no Linux binary. */
export const NODE_FROM_CONTEXT = 'COPY node /opt/probelab/bin/node';
export const NODE_FROM_IMAGE = 'COPY --from=node:24-bookworm-slim /usr/local/bin/node /opt/probelab/bin/node';

/** The program under the name that the injector's container gives it, for whoever runs the image without the lab. */
export const OSM_HEALTHCHECK_COMMAND = `#!/bin/sh
PROBELAB_IMAGE=openservicemesh/osm-healthcheck PROBELAB_COMMAND='["/osm-healthcheck"]' exec /opt/probelab/bin/node /opt/probelab/programs/containers/program-host/main.js "$@"
`;
