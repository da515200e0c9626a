import { KUBELET_PROFILES, type KubeletProfile } from '../../../sim/kubelet/profiles.ts';
import { createProberSuite } from '../prober/prober-suite.ts';

export const suite = createProberSuite(
  'prober-1.36',
  'as `prober`, of Kubernetes v1.36',
  KUBELET_PROFILES['1.36'] as KubeletProfile,
);
