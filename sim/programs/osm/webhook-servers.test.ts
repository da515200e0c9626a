import { expect, it } from 'vitest';
import { TestWorld, text } from '../../runtime/virtual/test-world.ts';

function start(name: string, args: string[] = []) {
  const world = new TestWorld();
  const ip = world.sandbox();
  world.start({ image: `openservicemesh/${name}:v1.1.4`, args });
  return (scheme: 'http' | 'https', port: number) => {
    const outcome = world.http(ip, port, '/healthz', { scheme });
    return outcome.kind === 'response' ? `${outcome.status} ${text(outcome.body)}` : outcome.failure.cause;
  };
}

it('osm-injector answers /healthz on its HTTPS port', () => {
  const get = start('osm-injector');
  expect(get('https', 9090)).toBe('200 Health OK');
  expect(get('http', 9091)).toContain('404');
});

it('osm-bootstrap answers /healthz on 9095', () => {
  const get = start('osm-bootstrap');
  expect(get('http', 9095)).toBe('200 Health OK');
  expect(get('https', 9443)).toContain('404');
});

it.each(['osm-injector', 'osm-bootstrap'])('from v1.2 on %s answers /healthz on 9091 only', (name) => {
  const get = start(name, ['--osm-version', 'v1.2.4']);
  expect(get('http', 9091)).toBe('200 Health OK');
  expect(name === 'osm-injector' ? get('https', 9090) : get('http', 9095)).not.toContain('200');
});
