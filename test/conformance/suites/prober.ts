import { DEFAULT_KUBELET_PROFILE } from '../../../sim/kubelet/profiles.ts';
import { createProberSuite } from '../prober/prober-suite.ts';

export const suite = createProberSuite(
  'prober',
  'the prober, results and status managers of Kubernetes v1.34 in virtual time',
  DEFAULT_KUBELET_PROFILE,
);
