/** Two lines for each command that can be typed in a clone as they stand; the help of a command begins with them. */
const EXAMPLES: Readonly<Record<string, readonly [string, string]>> = {
  run: ['run scenarios/osm/liveness-restart.yaml --teach', 'run scenarios/kubernetes -o html=report.html'],
  diff: [
    'diff scenarios/kubernetes/kubelet-restart.yaml',
    'diff --runtimes virtual..docker scenarios/kubernetes/http-liveness.yaml',
  ],
  watch: ['watch scenarios/osm/liveness-restart.yaml', 'watch scenarios --tag osm'],
  sweep: [
    'sweep docs/osm/bookstore.yaml --set livenessProbe.failureThreshold=1..5',
    'sweep scenarios/kubernetes/readiness-flapping.yaml --seeds 1..20',
  ],
  up: ['up docs/osm/bookstore.yaml', 'up scenarios/osm/liveness-restart.yaml --seed 3'],
  down: ['down', 'down RUN'],
  get: ['get pods', 'get pod/bookstore-v1 -o yaml'],
  describe: ['describe pod bookstore-v1 --at 42s', 'describe svc'],
  events: ['events --types Warning', 'events --for pod/bookstore-v1 -w'],
  logs: ['logs bookstore-v1 -c envoy', 'logs bookstore-v1 --tail 20'],
  timeline: ['timeline', 'timeline --width 120 --all'],
  doctor: ['doctor osm', 'doctor calico --context my-cluster'],
  explain: ['explain livenessProbe.initialDelaySeconds', 'explain docs/osm/bookstore.yaml'],
  init: ['init docs/osm/bookstore.yaml > bookstore.yaml', 'init docs/osm/bookstore.yaml --name mine > mine.yaml'],
  validate: ['validate scenarios', 'validate scenarios/osm/liveness-restart.yaml --vacuous'],
  check: ['check docs/osm/bookstore.yaml --startup 45s', 'check --explain start-up-killed'],
  inject: ['inject docs/osm/bookstore.yaml', 'inject docs/osm/bookstore.yaml --iptables'],
  images: ['images list', 'images build'],
  config: ['config view', 'config view --all'],
  completion: ['completion bash', 'completion zsh'],
};

/** The examples of a command as its help shows them; undefined for one that needs none. */
export function examplesOf(command: string): readonly string[] | undefined {
  return EXAMPLES[command]?.map((line) => `probelab ${line}`);
}
