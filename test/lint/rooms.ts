/**
 * The import graph as data: a file may import from its own room and from the rooms listed for it. Longest prefix wins.
 * Imports go down only.
 */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  'sim/core': [],
  'sim/kube': ['sim/core'],
  'sim/programs': ['sim/kube', 'sim/core'],
  'sim/runtime': ['sim/programs', 'sim/kube', 'sim/core'],
  'sim/mesh': ['sim/runtime', 'sim/programs', 'sim/kube', 'sim/core'],
  'sim/kubelet': ['sim/runtime', 'sim/programs', 'sim/kube', 'sim/core'],
  'sim/controllers': ['sim/runtime', 'sim/programs', 'sim/kube', 'sim/core'],
  'sim/scenario': ['sim/controllers', 'sim/kubelet', 'sim/mesh', 'sim/runtime', 'sim/programs', 'sim/kube', 'sim/core'],
  'sim/report': [
    'sim/scenario',
    'sim/controllers',
    'sim/kubelet',
    'sim/mesh',
    'sim/runtime',
    'sim/programs',
    'sim/kube',
    'sim/core',
  ],
  'sim/doctor': [
    'sim/scenario',
    'sim/controllers',
    'sim/kubelet',
    'sim/mesh',
    'sim/runtime',
    'sim/programs',
    'sim/kube',
    'sim/core',
  ],
  // The composition root: lab.ts and its folder.
  sim: ['sim'],
  containers: ['sim'],
  testing: ['sim', 'containers', 'index.ts'],
  cli: ['sim', 'containers', 'testing', 'index.ts'],
  'index.ts': ['sim', 'containers', 'testing'],
  build: ['containers'],
  test: ['sim', 'containers', 'testing', 'cli', 'build', 'index.ts'],
};
