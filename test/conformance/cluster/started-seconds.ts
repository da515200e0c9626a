import { epochOf, type Story } from './story.ts';

/** A pod's head, then each of its containers with where its state stands. */
const CONTAINER =
  /^ {2}(\S+):\n {4}Container ID: [\s\S]*?^ {4}State: +Running\n {6}Started: +(.+)\n[\s\S]*?^ {4}Restart Count: +(\d+)$/gm;

/**
 * The whole second in which a container's first instance began, in ms since the apply, by `pod container`: what kubectl
 * described. The delays of probes count from it.
 */
export function startedSeconds(story: Story): Map<string, number> {
  const seconds = new Map<string, number>();
  const epochMs = epochOf(story);
  for (const [file, text] of story.texts) {
    if (!/^describe-(?!svc|deployment)/.test(file)) continue;
    for (const block of text.split(/^(?=Name: )/m)) {
      const pod = /^Name: +(\S+)/.exec(block)?.[1];
      for (const [, container, started = '', restarts] of block.matchAll(CONTAINER)) {
        const at = Date.parse(started);
        if (pod !== undefined && restarts === '0' && !Number.isNaN(at))
          seconds.set(`${pod} ${container}`, at - epochMs);
      }
    }
  }
  return seconds;
}
