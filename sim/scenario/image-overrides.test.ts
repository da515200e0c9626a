import { expect, test } from 'vitest';
import { imageOverrides } from './image-overrides.ts';

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    template: {
      spec: { containers: [{ name: 'web', image: 'web:1' }], initContainers: [{ name: 'setup', image: 'setup:1' }] },
    },
  },
};

test("a container's entry holds for its image; an image's own entry wins", () => {
  const overrides = (images: Record<string, string>) => imageOverrides({ images, manifests: [deployment] });
  expect(overrides({ web: 'web:2', 'other:1': 'real' })).toEqual({ web: 'web:2', 'web:1': 'web:2', 'other:1': 'real' });
  expect(overrides({ setup: 'busybox:1.35' })).toMatchObject({ 'setup:1': 'busybox:1.35' });
  expect(overrides({ web: 'web:2', 'web:1': 'web:3' })).toMatchObject({ 'web:1': 'web:3' });
});
