/** What the text of a failed check of calico-node means. */
export interface Cause {
  /** Which of its six checks says so. */
  check: 'felix-live' | 'felix-ready' | 'bird-live' | 'bird-ready' | 'command';
  cause: string;
  suggestion: string;
}

type Found = Omit<Cause, 'check'>;

interface Known extends Cause {
  text: RegExp;
}

const peers = 'kubectl exec -n kube-system POD -- birdcl -s /var/run/calico/bird.ctl show protocols';

/** In the order in which they are tried: the more particular one first. */
const KNOWN: readonly Known[] = [
  {
    text: /(?:Felix is not live|felix is not ready): .*lookup (\S+) on/,
    check: 'felix-live',
    cause: 'The name that felix serves its health at is not known: no localhost in the hosts file',
    suggestion: 'Put "127.0.0.1 localhost" into /etc/hosts of the node, or set FELIX_HEALTHHOST=127.0.0.1',
  },
  {
    text: /(?:Felix is not live|felix is not ready): .*connection refused/,
    check: 'felix-live',
    cause:
      'Nobody listens at the port of felix: start-up still waits for the datastore, felix keeps dying, its health is switched off, or it serves another port',
    suggestion:
      'Read the log: does start-up reach the datastore? Then FELIX_HEALTHENABLED=true, and FELIX_HEALTHPORT in the DaemonSet if healthPort was changed in the FelixConfiguration',
  },
  {
    text: /Felix is not live: liveness probe reporting 503/,
    check: 'felix-live',
    cause:
      'A reporter of felix has been silent for longer than its watchdog: its calculation graph or its dataplane hangs',
    suggestion:
      'curl -s localhost:9099/liveness on the node names the reporter; look for slow iptables or many rules, raise dataplaneWatchdogTimeout',
  },
  {
    text: /felix is not ready: readiness probe reporting 503/,
    check: 'felix-ready',
    cause:
      'Felix lives in its start-up loop, or its dataplane is not in sync: it cannot read what it needs from the datastore',
    suggestion:
      'Read the log of felix: "Failed to get config from datastore" means the API server, RBAC or a CRD; after an upgrade apply the whole manifest of the new release',
  },
  {
    text: /(?:Felix is not live|felix is not ready): .*(?:context deadline exceeded|Client\.Timeout)/,
    check: 'felix-live',
    cause: 'Felix accepts and does not answer: it is starved of CPU, or stands still',
    suggestion: 'Give calico-node more CPU (requests, no limit), look at the load of the node',
  },
  {
    text: /bird6?\/confd is not live: [Ss]ervice (\w+) is not running/,
    check: 'bird-live',
    cause: 'runit does not have the service running: it was stopped, or it dies again and again',
    suggestion: 'Read the log for what confd or BIRD died of; sv status /etc/service/enabled/* in the container',
  },
  {
    text: /bird6?\/confd is not live: exit status \d/,
    check: 'bird-live',
    cause: 'There is no supervised confd or BIRD at all: start-up has not come that far, or the backend has no BIRD',
    suggestion:
      'If the backend is none or vxlan, leave -bird-live and -bird-ready out of the probes; else read the log of the start-up',
  },
  {
    text: /bird6? is not live: fork\/exec (\S+): no such file/,
    check: 'bird-live',
    cause: 'birdcl is not where this release looks for it',
    suggestion: 'Use the image that belongs to the release: /usr/bin/birdcl from v3.28, /bin/birdcl from v3.31',
  },
  {
    text: /bird6? is not live: |bad response from bird/,
    check: 'bird-live',
    cause: 'BIRD runs and does not take the question',
    suggestion: 'Restart the container; BIRD hangs or is overloaded',
  },
  {
    text: /stat\(\) nodename file/,
    check: 'bird-ready',
    cause: '/var/lib/calico/nodename is not there: start-up has not finished, or the hostPath is missing',
    suggestion: 'Mount /var/lib/calico from the node; if it is, read the log of the start-up',
  },
  {
    text: /unable to connect to BIRDv\d socket: .*resource temporarily unavailable/,
    check: 'bird-ready',
    cause: 'BIRD stands still and its queue of clients is full',
    suggestion: 'Restart the container: liveness before v3.28 never does. Upgrade',
  },
  {
    text: /unable to connect to BIRDv\d socket: .*connection refused/,
    check: 'bird-ready',
    cause: "BIRD's socket is there and BIRD is not: it was killed, or it dies for want of a configuration",
    suggestion:
      'In the first seconds after a start that is normal. Later read the log: confd must have written bird.cfg',
  },
  {
    text: /unable to connect to BIRDv\d socket: .*no such file or directory/,
    check: 'bird-ready',
    cause: 'BIRD does not run. The path /var/run/bird is only the last one tried',
    suggestion: 'See what liveness says of bird and confd; without BIRD (backend none, vxlan) leave -bird-ready out',
  },
  {
    text: /read unix .*i\/o timeout/,
    check: 'bird-ready',
    cause: 'BIRD accepts and does not answer within two seconds: it is busy or stands still',
    suggestion: 'Restart the container: liveness before v3.28 never does. Look at the load of the node',
  },
  {
    text: /BGP not established with (\S+)/,
    check: 'bird-ready',
    cause:
      'No BGP peer is established, or, within thirty seconds of the start, not every one: both ends must be up, reach each other at TCP 179, and be the address they seem',
    suggestion: `${peers}; then TCP 179 between the nodes, and the addresses in: calicoctl get nodes -o wide`,
  },
  {
    text: /graceful restart in progress/,
    check: 'bird-ready',
    cause: 'BIRD has just been started and waits, up to 240 seconds, for a peer that does not come back',
    suggestion: `${peers}; remove or bring back the peer that is missing`,
  },
  {
    text: /unknown BIRD table output format|unexpected output line from BIRD/,
    check: 'bird-ready',
    cause: 'What answers at the socket is not the BIRD 1.6 that calico-node knows',
    suggestion: 'Use the BIRD of the image',
  },
  {
    text: /timed out after (?:[5-9]|\d{2,})s/,
    check: 'command',
    cause:
      'The kubelet ended the command before it had said anything: felix accepts and does not answer, for it has no CPU, or BIRD stands still',
    suggestion:
      'What of the two does not answer: curl -m 5 localhost:9099/liveness on the node, birdcl -s /var/run/calico/bird.ctl show status in the container. CPU requests for calico-node and no limit; a restart of the container ends it',
  },
  {
    text: /timed out|context deadline exceeded/,
    check: 'command',
    cause: 'The kubelet ended the command before it had said anything: too little time, or a BIRD that hangs',
    suggestion: 'timeoutSeconds: 10 as in the manifests from v3.20 on; look at the load of the node, and at BIRD',
  },
  {
    text: /flag provided but not defined: (\S+)|unknown flag: (\S+)/,
    check: 'command',
    cause: 'The command line of the probe has a flag that calico-node does not know',
    suggestion: 'The flags are -felix-live, -felix-ready, -bird-live, -bird-ready, -bird6-live, -bird6-ready',
  },
];

/** What a probe's message means; undefined for a text that calico-node does not write. */
export function causeOf(message: string): Cause | undefined {
  const known = KNOWN.find(({ text }) => text.test(message));
  if (known === undefined) return undefined;
  // What reaches felix, or does not, is the same for both of its checks.
  const check = known.check === 'felix-live' && /felix is not ready/.test(message) ? 'felix-ready' : known.check;
  return { check, cause: known.cause, suggestion: known.suggestion };
}

/** The words behind `calico/node is not ready: `, without the log lines before them. */
export function notReadyText(message: string): string {
  const at = message.lastIndexOf('calico/node is not ready: ');
  return at < 0 ? message.trim() : message.slice(at + 'calico/node is not ready: '.length).trim();
}

/** The addresses that a message says no session is established with. */
export function missingPeers(message: string): string[] {
  return /BGP not established with (\S+)/.exec(message)?.[1]?.split(',') ?? [];
}

/** An address that many machines have, each for itself. */
export function isEverybodys(ip: string): Found | undefined {
  if (!/^172\.(?:1[7-9]|2\d|3[01])\.\d+\.1$|^169\.254\.|^127\.|^192\.168\.122\.1$/.test(ip)) return undefined;
  return {
    cause: `${ip} is the address of a bridge that every machine has (docker0, br-…, virbr0): autodetection took it on that node`,
    suggestion:
      'kubectl set env -n kube-system daemonset/calico-node IP_AUTODETECTION_METHOD=can-reach=GATEWAY (or interface=…, cidr=…)',
  };
}
