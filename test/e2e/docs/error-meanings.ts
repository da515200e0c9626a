/** What an error code means and what to do; the texts of docs/errors.md. */
export const ERROR_MEANINGS: Readonly<Record<string, { meaning: string; fix: string }>> = {
  BASE_IMAGE_FAILED: {
    meaning: 'The base of the images that `images build` makes could not be made.',
    fix: 'It needs a Debian mirror and the program debootstrap where no image registry answers. The message ends with what failed.',
  },
  CANNOT_SCALE: {
    meaning: 'A `scale` step names something that has no number of replicas.',
    fix: 'Scale a Deployment or a ReplicaSet: `scale: {object: deployment/web, replicas: 3}`.',
  },
  CLUSTER_UNREACHABLE: {
    meaning: 'kubectl reaches no cluster, or knows no such context. The message ends with what it says.',
    fix: 'See whether `kubectl get namespaces` works; name another with `--context` or `--kubeconfig`.',
  },
  CONFIG_INVALID: {
    meaning: 'A key of `probelab.config.yaml` is no flag, or a flag does not take its value.',
    fix: 'Correct it; `probelab config view --all` lists every flag.',
  },
  Conflict: {
    meaning: 'An object was written by somebody else meanwhile.',
    fix: 'Seen by users only if a patch names an old resourceVersion: leave it out.',
  },
  DENIED: {
    meaning: 'The mesh refuses the pod; the message is what its injector means to say.',
    fix: 'Correct the annotation or the MeshConfig that the message names.',
  },
  DOCKER_UNAVAILABLE: {
    meaning: 'No Docker engine answers. The message lists every socket that was tried, and why it did not answer.',
    fix: 'Start Docker, or set `DOCKER_HOST`. `--runtime virtual` needs no engine.',
  },
  ENVOY_UNAVAILABLE: {
    meaning: 'The Python package that carries the Envoy binary cannot be had.',
    fix: 'It needs pip and a Python package index. Or pull `envoyproxy/envoy` yourself.',
  },
  FILE_NOT_FOUND: { meaning: 'There is no such file.', fix: 'Check the path; it is relative to where you are.' },
  FILE_UNREADABLE: {
    meaning: 'The file cannot be read, or is a folder.',
    fix: 'Name a file, and check its permissions.',
  },
  IMAGES_NEED_ROOT: {
    meaning: 'Without an image registry the base image is made by debootstrap, which needs root.',
    fix: 'Run `images build` as root, once.',
  },
  IMAGE_BUILD_FAILED: {
    meaning: 'The engine could not build an image.',
    fix: 'The message ends with the last lines of the build.',
  },
  IMAGE_UNKNOWN: {
    meaning: '`images build` was asked for an image that it does not make.',
    fix: '`probelab images list` shows those it makes.',
  },
  INTERRUPTED: { meaning: 'The run was interrupted. Its containers have been removed.', fix: 'Nothing to do.' },
  KUBECTL_MISSING: {
    meaning: 'A live cluster is read by your own kubectl, which cannot be run.',
    fix: 'Install kubectl, or let the doctor examine a run (`--run`) or a dump (`-f FILE`).',
  },
  MANIFEST_EMPTY: { meaning: 'A manifest holds no object.', fix: 'Put a Kubernetes manifest or a scenario into it.' },
  MANIFEST_INVALID: {
    meaning: 'The API server would refuse the object; the text is its own.',
    fix: 'Correct the field that the message names.',
  },
  MANIFEST_INVALID_TYPE: {
    meaning: 'A field of a manifest has a value of the wrong type; the text is the API server’s.',
    fix: 'Mind that kubectl reads YAML 1.1: `yes`, `no`, `on`, `off`, `y` and `n` are booleans.',
  },
  MANIFEST_NOT_FOUND: {
    meaning: 'A scenario names a manifest file that is not there.',
    fix: 'Paths are relative to the scenario.',
  },
  MANIFEST_NO_KIND: {
    meaning: 'Something in a manifest is no Kubernetes object.',
    fix: 'An object has apiVersion, kind and metadata.',
  },
  MANIFEST_UNKNOWN_FIELD: {
    meaning: 'A field of a manifest is not one of Kubernetes’.',
    fix: 'The hint names the nearest field.',
  },
  NACOS_SDK_UNAVAILABLE: {
    meaning: 'The npm package nacos, which apps of scenarios use in docker, cannot be had.',
    fix: 'It needs npm and a package registry, once.',
  },
  NO_FREE_SUBNET: {
    meaning: 'All 256 ranges 10.244.N.0/24 are taken by other networks.',
    fix: '`probelab clean` removes those that dead runs left.',
  },
  NO_MESH_CONFIG: {
    meaning: 'The file given with `--mesh-config` has no MeshConfig.',
    fix: 'It needs an object of `kind: MeshConfig`.',
  },
  NO_PODS: {
    meaning: 'The file has no pod and nothing with a pod template.',
    fix: 'Name a file with a Pod, a Deployment or the like.',
  },
  NO_RUN: {
    meaning: 'There is no finished run to look at.',
    fix: 'Run something first, or name a run with `--run`; `--output-dir` says where they lie.',
  },
  NO_SCENARIOS: {
    meaning: 'The folder has no file of `kind: Scenario`.',
    fix: 'In a folder only scenarios run; name a plain manifest as a file.',
  },
  NOT_FOUND: {
    meaning: 'The run has no object of this name.',
    fix: '`probelab get all` shows what there is; `-n` chooses a namespace.',
  },
  OUTPUT_FAILED: { meaning: 'A report could not be written.', fix: 'Check the path behind `-o FORMAT=`.' },
  PROGRAM_IMPORT: {
    meaning: 'A program that runs inside containers imports a package, which its image does not have.',
    fix: 'A defect of probelab.',
  },
  ROLLOUT_HISTORY: {
    meaning: '`rollout undo` names a revision that is not there, or there is none before this one.',
    fix: 'The message is kubectl’s.',
  },
  ROLLOUT_PAUSED: { meaning: 'A paused Deployment cannot be restarted or rolled back.', fix: 'Resume it first.' },
  RUN_ABORTED: { meaning: 'The run was stopped by whoever started it.', fix: 'Nothing to do.' },
  RUNTIME_LOST: {
    meaning: 'The Docker engine went away in the middle of the run.',
    fix: 'Start it again; `probelab clean` removes what was left.',
  },
  SCENARIO_AMBIGUOUS: {
    meaning: 'A step or an expectation can be read in more than one way.',
    fix: 'The message says what to leave out.',
  },
  SCENARIO_EMPTY: {
    meaning: 'The file holds nothing.',
    fix: '`probelab init MANIFEST` writes a scenario to start with.',
  },
  SCENARIO_EXPECTATION_AFTER_END: {
    meaning: 'An expectation is about a moment after the end of the run.',
    fix: 'Raise `spec.duration`.',
  },
  SCENARIO_EXTRA_DOCUMENT: {
    meaning: 'A scenario file holds one document, this one holds more.',
    fix: 'Put manifests under `spec.manifests`.',
  },
  SCENARIO_INVALID_DURATION: { meaning: 'A time is not a Go duration.', fix: 'Such as `500ms`, `30s`, `1m30s`.' },
  SCENARIO_INVALID_INTERVAL: { meaning: 'An interval ends before it begins.', fix: 'Write `[from, until]`.' },
  SCENARIO_INVALID_REGEX: {
    meaning: 'A text between slashes is no regular expression.',
    fix: 'Correct it, or leave out the slashes to compare the text itself.',
  },
  SCENARIO_INVALID_TYPE: {
    meaning: 'A field of a scenario has a value of the wrong type.',
    fix: '`probelab schema` prints what is allowed; editors use it.',
  },
  SCENARIO_INVALID_VALUE: {
    meaning: 'A field of a scenario has a value that is not one of the allowed ones.',
    fix: 'The message lists them.',
  },
  SCENARIO_MISSING_FIELD: { meaning: 'A field that a scenario needs is missing.', fix: 'The message names it.' },
  SCENARIO_NAME: { meaning: 'A scenario and its file have different names.', fix: 'Call it like its file.' },
  SCENARIO_STEP_AFTER_END: { meaning: 'A step comes after the end of the run.', fix: 'Raise `spec.duration`.' },
  SCENARIO_UNKNOWN_FIELD: {
    meaning: 'A field is not one of the scenario format.',
    fix: 'The hint names the nearest field.',
  },
  SCENARIO_VACUOUS: {
    meaning:
      'Every expectation of the scenario holds with its probes switched off, too: it tests nothing about probes.',
    fix: 'Expect something that only the probes bring about: an event, a restart, an endpoint that goes or comes.',
  },
  STEP_WITHOUT_TARGET: {
    meaning: 'A step names a pod, container or server that is not there at its time.',
    fix: 'Check the name, and that it runs by then.',
  },
  UNKNOWN_KUBELET_VERSION: {
    meaning: 'The kubelet of this Kubernetes release is not modelled.',
    fix: 'Use 1.34 or 1.36.',
  },
  UNKNOWN_MESH_VERSION: { meaning: 'This release of the mesh is not modelled.', fix: 'The hint lists those that are.' },
  UNKNOWN_PROGRAM: {
    meaning: 'A description names a program that probelab does not have.',
    fix: 'The hint lists the programs.',
  },
  UNKNOWN_PULL_FAILURE: {
    meaning: 'An image is said to fail in a way that is not known.',
    fix: 'The hint lists them.',
  },
  UNKNOWN_RESOURCE: {
    meaning: 'The word is no type of object.',
    fix: 'As kubectl knows them: pods, svc, endpointslices, deployments …',
  },
  USAGE: { meaning: 'The command line is not right.', fix: '`probelab COMMAND --help`' },
  WALL_CLOCK_LIMIT: {
    meaning: 'The run took longer than `--timeout` allows.',
    fix: 'Raise it. In docker a run takes at least as long as `spec.duration`.',
  },
  YAML_SYNTAX: { meaning: 'The file is not YAML.', fix: 'The caret shows where the reader gave up.' },
};

/** What the API server refuses carries its own reason as the code. */
export const API_REASONS: Readonly<Record<string, string>> = {
  AlreadyExists: 'an object of this name is there already',
  Conflict: 'the object was written meanwhile, or it is not the one that was meant',
  Invalid: 'the object does not pass validation; the whole message is the API server’s',
  InternalError: 'a webhook failed or denied the object; the whole message is the API server’s',
  NotFound: 'there is no such object, or its namespace is missing',
};

/** What a run tells beside its verdict. */
export const NOTICE_MEANINGS: Readonly<Record<string, string>> = {
  CONTAINER_UNKNOWN: 'the docker runtime was asked to start a container that it does not have',
  DOCKER_ERROR: 'the engine refused something; the run goes on',
  IMAGE_STAND_IN: 'a container is not the image that its name promises; the text says what it is',
  PRIVILEGED_LESS: 'the engine lacks a capability, so that privileged containers have every other one',
  SERVICE_NAME: 'a Service that pods in docker do not reach by its name, and why',
  SHELL_UNSUPPORTED: 'a shell line of the virtual runtime uses something that its small shell cannot do',
  STEP_FAILED: 'a step could not be carried out at the engine',
  STEP_WITHOUT_PROGRAM: 'an `app` step is about a container that none of our programs runs in',
  STEP_UNSUPPORTED: 'the docker runtime has no way to do this step',
};
