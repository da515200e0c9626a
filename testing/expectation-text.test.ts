import { expect, test } from 'vitest';
import { expectationText } from './expectation-text.ts';

const location = { file: 'scenarios/x.yaml', line: 9, column: 7 };

test('one that held is one line', () => {
  expect(expectationText({ ok: true, text: 'by 45s: Pod web', location })).toBe(
    '✓ scenarios/x.yaml:9:7 by 45s: Pod web',
  );
});

test('one that failed has its place, what was so instead and the events before', () => {
  const text = expectationText({
    ok: false,
    text: 'by 45s: Pod web with restartCount 1',
    location,
    actual: 'at +45s restartCount was 0, not 1, until +52.1s',
    at: 45_000,
    events: [
      {
        atMs: 10_000,
        type: 'Normal',
        reason: 'Started',
        object: 'pod/web',
        message: 'Started container app',
        count: 1,
      },
      {
        atMs: 40_250,
        type: 'Warning',
        reason: 'Unhealthy',
        object: 'pod/web',
        message: 'Liveness probe failed: EOF\n',
        count: 3,
      },
    ],
  });
  expect(text.split('\n')).toEqual([
    '✗ scenarios/x.yaml:9:7',
    '  expected by 45s: Pod web with restartCount 1',
    '  but at +45s restartCount was 0, not 1, until +52.1s',
    '  events before:',
    '    +10s  Normal  Started  pod/web  Started container app',
    '    +40.25s (x3)  Warning  Unhealthy  pod/web  Liveness probe failed: EOF',
  ]);
});
