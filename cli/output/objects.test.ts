import { expect, it } from 'vitest';
import { objectsText } from './objects.ts';

const object = { metadata: { name: 'web', creationTimestamp: '2026-01-01T00:00:00Z' }, kind: 'Pod', args: ['<&>'] };

it('writes JSON as kubectl: keys in order, four blanks, what HTML means something by escaped', () => {
  expect(objectsText(object, 'json')).toBe(`{
    "args": [
        "\\u003c\\u0026\\u003e"
    ],
    "kind": "Pod",
    "metadata": {
        "creationTimestamp": "2026-01-01T00:00:00Z",
        "name": "web"
    }
}
`);
});

it('writes YAML as kubectl: times are quoted', () => {
  expect(objectsText(object, 'yaml')).toBe(`args:
- <&>
kind: Pod
metadata:
  creationTimestamp: "2026-01-01T00:00:00Z"
  name: web
`);
});
