import { describeScenarios } from '../../testing/vitest.ts';

describeScenarios('scenarios/**');
