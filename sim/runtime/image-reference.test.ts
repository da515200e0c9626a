import { expect, it } from 'vitest';
import { parseReference } from './image-reference.ts';

it.each([
  ['nginx', 'docker.io/library/nginx:latest'],
  ['team/web:v1', 'docker.io/team/web:v1'],
  ['registry.local/app:1', 'registry.local/app:1'],
  ['localhost:5000/app', 'localhost:5000/app:latest'],
  ['app@sha256:abc', 'docker.io/library/app@sha256:abc'],
])('%s is %s', (image, reference) => {
  expect(parseReference(image).reference).toBe(reference);
});
