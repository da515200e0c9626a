import { expect, it } from 'vitest';
import { lookupImage } from '../catalogue/catalogue.ts';
import { CALICO_PROFILES, calicoProfile } from './profiles.ts';

it.each([
  ['v3.8.9', 'v3.8'],
  ['v3.14.2', 'v3.8'],
  ['v3.15.0', 'v3.20'],
  ['v3.21.6', 'v3.20'],
  ['v3.22.5', 'v3.22'],
  ['v3.23.5', 'v3.23'],
  ['v3.24.6', 'v3.23'],
  ['v3.25.0', 'v3.25'],
  ['v3.27.0-amd64', 'v3.25'],
  ['v3.30.1', 'v3.28'],
  ['v3.31.7', 'v3.31'],
  ['v3.32.1', 'v3.31'],
  ['master-87c1590', 'master'],
  ['latest', 'v3.23'],
])('%s behaves as %s', (version, profile) => {
  expect(calicoProfile(version).name).toBe(profile);
});

it('the watchdog of felix can be set from v3.23 on, and checks run side by side from v3.15 on', () => {
  const named = Object.values(CALICO_PROFILES);
  expect(named.filter(({ watchdog }) => watchdog === 'fixed').map(({ name }) => name)).toEqual([
    'v3.8',
    'v3.20',
    'v3.22',
  ]);
  expect(named.filter(({ checks }) => checks === 'in turn').map(({ name }) => name)).toEqual(['v3.8']);
});

it.each(['v3.8.9', 'v3.22.5', 'v3.32.1', 'master'])('calico/node:%s is an image', (tag) => {
  expect(lookupImage(`calico/node:${tag}`)).toBeDefined();
});
