import * as z from 'zod';
import { parseDuration } from '../../core/duration.ts';

/** Marks the errors of durations, so that they get a code of their own. */
export const DURATION_ERROR = 'SCENARIO_INVALID_DURATION';

/** A Go duration, not negative; milliseconds once read. */
export const duration = z
  .string({ error: DURATION_ERROR })
  .regex(/^(0|((\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h))+)$/, { error: DURATION_ERROR })
  .transform((text) => parseDuration(text) ?? Number.NaN)
  .meta({ examples: ['500ms', '1m30s'] });

export const port = z.int().min(1).max(65_535);

/** `[10s, 1m]`. */
export const interval = z.tuple([duration, duration]);

/** Counted from the process's start. */
export const windowFields = {
  from: duration.optional().describe('Begins so long after the process started. Default: at once.'),
  until: duration.optional().describe('Ends so long after the process started. Default: never.'),
};

/** `pod/bookstore-v1`, `deployment/web`. */
export const objectName = z
  .string()
  .regex(/^[a-zA-Z.]+\/[a-zA-Z0-9.-]+$/, { error: 'Write it as TYPE/NAME: pod/web, deployment/web' })
  .meta({ examples: ['pod/bookstore-v1', 'deployment/web'] });

export const namespace = z.string().optional().describe('Default: the one that has an object of this name.');

/** A number, or a comparison such as `">= 2"`. */
export const count = z.union([
  z.int().min(0),
  z.string().regex(/^\s*(>=|<=|>|<)\s*\d+\s*$/, { error: 'Write a number or a comparison: 3, ">= 2"' }),
]);

/** Any part of an object. */
export const part = z.record(z.string(), z.unknown());
