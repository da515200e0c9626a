import { expect, it } from 'vitest';
import { VirtualClock } from '../core/virtual-clock.ts';
import { ProcessClock } from './process-clock.ts';

it('runs timers until its process ends, and none afterwards', () => {
  const clock = new VirtualClock();
  const process = new ProcessClock(clock);
  const ran: string[] = [];
  process.setTimeout(() => ran.push(`early at ${process.now()}`), 10);
  process.setTimeout(() => ran.push('late'), 30);
  process.clearTimeout(process.setTimeout(() => ran.push('cancelled'), 15));
  clock.setTimeout(() => process.end(), 20);
  clock.setTimeout(() => ran.push('somebody else'), 40);
  clock.runUntil(50);
  expect(ran).toEqual(['early at 10', 'somebody else']);
});
