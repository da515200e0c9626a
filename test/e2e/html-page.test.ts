import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { CHROMIUM, describeInBrowser } from './browser.ts';
import { probelab, temporaryFolder } from './probelab.ts';
import { FAILING, LIVENESS, POD, writeFiles } from './scenario-files.ts';

const HARD_TO_READ = readFileSync(new URL('in-page/hard-to-read.js', import.meta.url), 'utf8');
const EVIL = '</script><img src=x onerror=document.title=1><b>';

/** What a pod and its people may write must stay text. */
const SCRIPTED = FAILING.replace('name: failing', 'name: scripted')
  .replace('pod.yaml', 'scripted-pod.yaml')
  .replace('The liveness endpoint starts to answer 503.', `'${EVIL}'`)
  .replace('      startup: 1s\n', `      startup: 1s\n      logs: [{at: 3s, line: '${EVIL}'}]\n`);

describeInBrowser('the page of -o html in a browser, from disk', () => {
  const folder = temporaryFolder();
  let browser: Browser;
  const complaints: string[] = [];

  beforeAll(async () => {
    writeFiles(folder.path, {
      'liveness.yaml': LIVENESS,
      'failing.yaml': FAILING,
      'scripted.yaml': SCRIPTED,
      'pod.yaml': POD,
      'scripted-pod.yaml': POD.replace('httpGet: {path: /readyz, port: 8080}', `exec: {command: ['${EVIL}']}`),
    });
    const [launched] = await Promise.all([
      chromium.launch({ executablePath: CHROMIUM as string, args: ['--no-sandbox'] }),
      write('passing', 'liveness.yaml'),
      write('failing', 'failing.yaml'),
      write('scripted', 'scripted.yaml'),
      write('several', 'liveness.yaml', 'failing.yaml'),
    ]);
    browser = launched;
  }, 60_000);
  afterEach(() => expect(complaints.splice(0)).toEqual([]));
  afterAll(async () => {
    await browser?.close();
    folder.remove();
  });

  async function write(page: string, ...files: string[]): Promise<void> {
    const names = files.map((name) => join(folder.path, name));
    const html = join(folder.path, `${page}.html`);
    const { stderr } = await probelab(['run', ...names, '-q', '--no-save', '-o', `html=${html}`]);
    expect(stderr).toBe('');
  }

  /** Opens a page; what it asks of a network, writes to the console or throws is a complaint. */
  async function open(name: string, { width = 1280, hash = '' } = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height: 800 }, offline: true });
    const page = await context.newPage();
    const url = pathToFileURL(join(folder.path, `${name}.html`)).href + hash;
    page.on('request', (request) => {
      if (request.url().split('#')[0] !== url.split('#')[0]) complaints.push(`asks for ${request.url()}`);
    });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(url);
    return page;
  }

  it.each(['passing', 'failing', 'scripted', 'several'])(
    'the %s page fits a telephone and a screen, light and dark, and every text can be read',
    async (name) => {
      const page = await open(name);
      if (name === 'several') await page.locator('summary').first().click();
      await page.locator('tr[data-at]:visible').first().click();
      for (const width of [375, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
          const { texts, bad } = await page.evaluate<{ texts: number; bad: string[] }>(HARD_TO_READ);
          expect(bad).toEqual([]);
          expect(texts).toBeGreaterThan(40);
          const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
          expect(background === 'rgb(255, 255, 255)').toBe(colorScheme === 'light');
          await snap(page, `${name}-${width}-${colorScheme}`);
        }
      }
      await page.context().close();
    },
  );

  it('tells the story: verdict as title and heading, lanes with texts, the failed expectation, events in order', async () => {
    const page = await open('failing');
    expect(await page.title()).toMatch(/^FAIL failing: expected by 45s/);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toMatch(/^✗ FAIL failing/);
    const lanes = await page.locator('svg .lane').evaluateAll((all) => all.map((one) => one.firstChild?.textContent));
    expect(lanes).toEqual(['web', 'web/liveness', 'web/readiness', 'svc/web']);
    // Every mark says what it is when the mouse rests on it.
    const marks = page.locator('svg path');
    expect(await marks.count()).toBeGreaterThan(20);
    expect(await marks.locator('title').count()).toBe(await marks.count());
    await expect(page.getByText('but at +45s').first().isVisible()).resolves.toBe(true);
    const times = await page.locator('tr[data-at]').evaluateAll((rows) => rows.map((row) => Number(row.dataset.at)));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const reasons = (await page.locator('tr[data-at] td.text').allInnerTexts()).map((text) => text.split(':')[0]);
    expect(reasons.slice(0, 4)).toEqual(['Scheduled', 'Pulled', 'Created', 'Started']);
    await page.context().close();
  });

  it('keys, clicks and the address: → and ← step, / filters, Enter goes to what it found, e to the events', async () => {
    const page = await open('passing');
    const selected = page.locator('tr.selected');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await selected.getAttribute('id')).toBe('r0m1');
    expect(new URL(page.url()).hash).toBe('#r0m1');
    await page.keyboard.press('ArrowLeft');
    expect(await selected.getAttribute('id')).toBe('r0m0');
    await page.keyboard.press('/');
    await page.keyboard.type('killing');
    const visible = page.locator('tr[data-at]:visible');
    expect(await visible.allInnerTexts()).toEqual([
      expect.stringContaining('failed liveness probe, will be restarted'),
    ]);
    expect(await page.locator('#found').textContent()).toMatch(/^1 of \d+ moments$/);
    await page.keyboard.press('Enter');
    expect(await selected.textContent()).toContain('Killing');
    const cursor = async () => Number(await page.locator('svg .cursor').getAttribute('x1'));
    const atKill = await cursor();
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    expect(await visible.count()).toBeGreaterThan(5);
    await visible.first().click();
    expect(await cursor()).toBeLessThan(atKill);
    // A click into the picture finds the moment nearest to it.
    const box = await page.locator('svg.timeline').boundingBox();
    if (box === null) throw new Error('no picture');
    await page.mouse.click(box.x + box.width * (atKill / 1008), box.y + box.height - 5);
    expect(await selected.textContent()).toContain('30.3');
    await page.keyboard.press('e');
    expect(await page.locator('h2.events').evaluate((one) => one.getBoundingClientRect().top)).toBeLessThan(400);
    await page.context().close();
  });

  it('a named moment is shown below the picture, which stays in sight', async () => {
    const page = await open('passing', { hash: '#r0m9' });
    const place = async (what: string) => {
      const box = await page.locator(what).boundingBox();
      if (box === null) throw new Error(`no ${what}`);
      return { top: box.y, bottom: box.y + box.height };
    };
    const [row, lanes] = [await place('tr.selected'), await place('.lanes')];
    expect(await page.locator('tr.selected').getAttribute('id')).toBe('r0m9');
    expect(row.top).toBeGreaterThanOrEqual(lanes.bottom);
    expect(row.bottom).toBeLessThanOrEqual(800);
    expect(lanes.top).toBeGreaterThanOrEqual(0);
    await page.context().close();
  });

  it('several runs: the failed one is open, a filter leaves those it fits, a step opens what is folded', async () => {
    const page = await open('several');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('2 scenarios: 1 passed, 1 failed');
    const openOnes = () => page.locator('section > details').evaluateAll((all) => all.map((one) => one.open));
    expect(await openOnes()).toEqual([false, true]);
    await page.keyboard.press('ArrowRight');
    expect(await openOnes()).toEqual([true, true]);
    expect(await page.locator('tr.selected').isVisible()).toBe(true);
    await page.keyboard.press('/');
    await page.keyboard.type('restartCount');
    expect(await page.locator('section:visible').count()).toBe(1);
    await page.context().close();
  });

  it('everything that can be used is reached by Tab; the Markdown goes to the clipboard', async () => {
    const page = await open('passing', { width: 375 });
    const reached: string[] = [];
    for (let i = 0; i < 4; i++) {
      await page.keyboard.press('Tab');
      reached.push(await page.evaluate<string>('document.activeElement.className || document.activeElement.tagName'));
    }
    expect(reached).toEqual(['INPUT', 'BUTTON', 'lanes pinned', 'A']);
    await page.keyboard.press('Enter');
    expect(await page.locator('tr.selected').getAttribute('id')).toBe('r0m0');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy as Markdown' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(/PASS liveness/);
    await page.context().close();
  });

  it('what looks like markup stays text', async () => {
    const page = await open('scripted');
    expect(await page.locator('img, section b').count()).toBe(0);
    expect(await page.title()).toMatch(/^FAIL scripted/);
    const text = await page.evaluate<string>('document.body.textContent');
    // Its description, a line of its log, and what the kubelet says of its probe's command.
    expect(text.split(EVIL).length - 1).toBeGreaterThanOrEqual(3);
    await page.context().close();
  });
});

/** To look at what the test sees: PROBELAB_PICTURES=folder. */
async function snap(page: Page, name: string): Promise<void> {
  const folder = process.env.PROBELAB_PICTURES;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
