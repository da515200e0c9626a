/** What `probelab explain` says about one field of a probe. */
export interface ExplainedField {
  /** Below the probe: `httpGet.path`. */
  path: string;
  type: string;
  /** Undefined: it must be given. */
  default?: string;
  /** What the API refuses to go below, or beyond. */
  minimum?: string;
  /** Half a line. */
  summary: string;
  /** The rule as the kubelet follows it. */
  rule: string;
  /** Where Kubernetes says so. */
  source: string;
  /** A scenario that shows it. */
  scenario: string;
}

const WORKER = 'kubernetes v1.34 pkg/kubelet/prober/worker.go';
const MANAGER = 'kubernetes v1.34 pkg/kubelet/prober/prober_manager.go';

export const PROBE_FIELDS: readonly ExplainedField[] = [
  {
    path: 'initialDelaySeconds',
    type: 'integer',
    default: '0',
    minimum: '0',
    summary: 'ticks before this age of the container are skipped',
    rule: "It is no timer: the worker ticks from the pod's admission on, and a tick is skipped while the container's age in whole seconds is less. The first probe comes at the first tick after it, so up to one period later than the number says. It counts from the container's start, also behind a startup probe.",
    source: `${WORKER} doProbe`,
    scenario: 'scenarios/kubernetes/http-liveness.yaml',
  },
  {
    path: 'periodSeconds',
    type: 'integer',
    default: '10 (0 means 10)',
    minimum: '1',
    summary: 'the fixed rate of attempts',
    rule: "A fixed rate counted from the worker's own start, not from the container's: it goes on through restarts. An attempt that takes longer than the period does not shift later ticks; at most one is pending. Only a kubelet younger than the period waits a random part of it first. For readiness, each pod sync while a started container is not ready runs a probe at once and starts the period again.",
    source: `${WORKER} run`,
    scenario: 'scenarios/kubernetes/readiness-flapping.yaml',
  },
  {
    path: 'timeoutSeconds',
    type: 'integer',
    default: '1 (0 means 1)',
    minimum: '1',
    summary: 'an attempt that takes longer has failed',
    rule: 'The whole attempt, from connecting to the end of the answer. It may be longer than the period: then attempts run back to back. An exec that ignores its end holds the worker longer than this.',
    source: 'kubernetes v1.34 pkg/kubelet/prober/prober.go runProbe',
    scenario: 'docs/probes/slow-answer.yaml',
  },
  {
    path: 'failureThreshold',
    type: 'integer',
    default: '3 (0 means 3)',
    minimum: '1',
    summary: 'so many failures in a row count',
    rule: 'One success starts the count again. Each failure below the threshold is an Unhealthy event all the same. At the threshold liveness and startup restart the container and probe no more until a new one runs; readiness takes the pod out of its endpoints and goes on.',
    source: `${WORKER} doProbe`,
    scenario: 'docs/probes/thresholds.yaml',
  },
  {
    path: 'successThreshold',
    type: 'integer',
    default: '1; must be 1 for liveness and startup',
    minimum: '1',
    summary: 'so many successes in a row count',
    rule: 'Until a container is ready for the first time each pod sync triggers a readiness probe, so that several successes come about a second apart; after a flip they take full periods.',
    source: `${WORKER} doProbe, ${MANAGER} UpdatePodStatus`,
    scenario: 'scenarios/kubernetes/readiness-flapping.yaml',
  },
  {
    path: 'terminationGracePeriodSeconds',
    type: 'integer',
    default: "the pod's",
    minimum: '1; readiness must not have it',
    summary: 'between SIGTERM and SIGKILL after a failure',
    rule: "Only for liveness and startup, and only for the kill that the probe causes: a deletion uses the pod's own value. It includes the preStop hook. Less than two seconds are two.",
    source: 'kubernetes v1.34 pkg/kubelet/kuberuntime/kuberuntime_container.go setTerminationGracePeriod',
    scenario: 'docs/probes/grace.yaml',
  },
  {
    path: 'httpGet.path',
    type: 'string',
    default: '/',
    summary: 'what is asked for',
    rule: 'Gets a leading slash if it has none; a query is kept, a fragment is dropped. Any answer from 200 to 399 is a success. A redirect is followed up to nine hops as long as the host stays the same; one to another host is a success with a ProbeWarning event.',
    source: 'kubernetes v1.34 pkg/probe/http/http.go DoHTTPProbe',
    scenario: 'scenarios/kubernetes/http-liveness.yaml',
  },
  {
    path: 'httpGet.port',
    type: 'integer or name',
    minimum: '1, at most 65535; a name has at most 15 characters',
    summary: "a number, or the name of one of the container's own ports",
    rule: 'A name is looked up among the ports of the same container only. An unknown name makes the attempt an error, which is neither success nor failure: readiness never comes, liveness never restarts.',
    source: 'kubernetes v1.34 pkg/probe/util.go ResolveContainerPort',
    scenario: 'docs/probes/result-unknown.yaml',
  },
  {
    path: 'httpGet.scheme',
    type: 'HTTP or HTTPS',
    default: 'HTTP',
    summary: 'HTTPS does not check the certificate',
    rule: 'A self-signed or wrong certificate is fine. HTTPS to a plain port fails with "server gave HTTP response to HTTPS client"; HTTP to a TLS port usually gets 400.',
    source: 'kubernetes v1.34 pkg/probe/http/http.go New',
    scenario: 'docs/probes/http-scheme.yaml',
  },
  {
    path: 'httpGet.host',
    type: 'string',
    default: "the pod's IP",
    summary: 'connects there instead of to the pod',
    rule: 'The connection is made from the node: 127.0.0.1 is the node, not the pod. To set the Host header only, use httpHeaders.',
    source: 'kubernetes v1.34 pkg/probe/http/request.go NewRequestForHTTPGetAction',
    scenario: 'docs/probes/http-host.yaml',
  },
  {
    path: 'httpGet.httpHeaders',
    type: 'list',
    default: "the kubelet's own only",
    summary: 'added to the request',
    rule: 'Host sets the Host; User-Agent and Accept replace the kubelet\'s own ("kube-probe/1.34" and "*/*"), and an empty value removes them. All values of a repeated name are sent.',
    source: 'kubernetes v1.34 pkg/probe/http/request.go v1HeaderToHTTPHeader',
    scenario: 'scenarios/kubernetes/http-liveness.yaml',
  },
  {
    path: 'tcpSocket.port',
    type: 'integer or name',
    minimum: '1, at most 65535; a name has at most 15 characters',
    summary: 'a connection that opens is a success',
    rule: 'The connection is opened and closed, nothing is sent. Behind a sidecar that takes all inbound connections every port opens, so the probe is always green unless the mesh rewrites it.',
    source: 'kubernetes v1.34 pkg/probe/tcp/tcp.go DoTCPProbe',
    scenario: 'scenarios/osm/tcp-not-rewritten.yaml',
  },
  {
    path: 'tcpSocket.host',
    type: 'string',
    default: "the pod's IP",
    summary: 'connects there instead of to the pod',
    rule: 'As for httpGet.host: the connection is made from the node, and 127.0.0.1 is the node.',
    source: 'kubernetes v1.34 pkg/kubelet/prober/prober.go runProbe',
    scenario: 'docs/probes/http-host.yaml',
  },
  {
    path: 'grpc.port',
    type: 'integer',
    minimum: '1, at most 65535',
    summary: 'a number only: a name is refused',
    rule: "The kubelet asks grpc.health.v1.Health at the pod's IP over plain text: no TLS, no authentication, no other host. A server without the health service fails.",
    source: 'kubernetes v1.34 pkg/probe/grpc/grpc.go Probe',
    scenario: 'scenarios/kubernetes/grpc-etcd.yaml',
  },
  {
    path: 'grpc.service',
    type: 'string',
    default: 'the empty service: the server as a whole',
    summary: 'which service the health check asks about',
    rule: 'Only SERVING is a success. A port that refuses takes the whole timeout to fail.',
    source: 'kubernetes v1.34 pkg/probe/grpc/grpc.go Probe',
    scenario: 'scenarios/kubernetes/grpc-etcd.yaml',
  },
  {
    path: 'exec.command',
    type: 'list',
    summary: 'exit code 0 is a success',
    rule: 'No shell unless you start one. The failure message is the whole output of stdout, then stderr, cut at 10 KiB; the exit code is not shown. A command that cannot be started is an error, neither success nor failure.',
    source: 'kubernetes v1.34 pkg/probe/exec/exec.go Probe',
    scenario: 'scenarios/kubernetes/exec-liveness.yaml',
  },
];
