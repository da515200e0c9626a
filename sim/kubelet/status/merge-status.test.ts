import { describe, expect, it } from 'vitest';
import type { PodCondition } from '../../kube/objects.ts';
import { mergePodStatus } from './merge-status.ts';

const condition = (type: string, status: string, part: Partial<PodCondition> = {}): PodCondition => ({
  type,
  status,
  ...part,
});
const OPTIONS = { delaysTerminalPhase: false, now: '2026-01-01T00:00:09Z' };

describe('mergePodStatus', () => {
  it('keeps the conditions of others as the API has them, before its own', () => {
    const current = { conditions: [condition('Ready', 'False'), condition('example.com/gate', 'True')] };
    const next = { phase: 'Running', conditions: [condition('Ready', 'True'), condition('example.com/gate', 'False')] };
    expect(mergePodStatus(current, next, OPTIONS)).toEqual({
      phase: 'Running',
      conditions: [condition('example.com/gate', 'True'), condition('Ready', 'True')],
    });
  });

  it('holds a terminal phase back while something may still run, but not the conditions', () => {
    const next = {
      phase: 'Failed',
      reason: 'Evicted',
      conditions: [condition('Ready', 'False', { reason: 'PodFailed' })],
    };
    const merged = mergePodStatus({ phase: 'Running' }, next, { ...OPTIONS, delaysTerminalPhase: true });
    expect(merged.phase).toBe('Running');
    expect(merged.reason).toBeUndefined();
    expect(merged.conditions).toEqual(next.conditions);
  });

  it('does not take a terminal phase back', () => {
    const merged = mergePodStatus({ phase: 'Failed' }, { phase: 'Failed' }, { ...OPTIONS, delaysTerminalPhase: true });
    expect(merged.phase).toBe('Failed');
  });

  it.each([
    ['Failed', 'PodFailed'],
    ['Succeeded', 'PodCompleted'],
  ])('never shows a pod that has %s as ready', (phase, reason) => {
    const next = { phase, conditions: [condition('Ready', 'True'), condition('Initialized', 'True')] };
    expect(mergePodStatus({ phase: 'Running' }, next, OPTIONS).conditions).toEqual([
      condition('Ready', 'False', { reason, lastTransitionTime: OPTIONS.now }),
      condition('Initialized', 'True'),
    ]);
  });
});
