// Runs in the browser, so it stands alone: the texts of a page whose contrast against what lies behind them is below 4.5
// (WCAG 2.2, 1.4.3). Texts in pictures are compared with the bar that was drawn before them.
(() => {
  const rgba = (color) => {
    const [r = 0, g = 0, b = 0, a = 1] = (color.match(/-?[\d.]+(e-?\d+)?/g) ?? []).map(Number);
    return color.startsWith('color(') ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  };
  const over = ([r, g, b, a = 1], ground) => [r, g, b].map((c, i) => c * a + ground[i] * (1 - a));
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const luminance = (color) => {
    const [r, g, b] = color.map((c) => linear(c / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    if (element === null) return [255, 255, 255];
    return over(rgba(getComputedStyle(element).backgroundColor), behind(element.parentElement));
  };
  const contrastOf = (element) => {
    const style = getComputedStyle(element);
    const drawn = element instanceof SVGElement;
    const bar = drawn && element.previousElementSibling?.tagName === 'rect' ? element.previousElementSibling : undefined;
    const ground = bar === undefined ? behind(element) : rgba(getComputedStyle(bar).fill).slice(0, 3);
    const ink = over(rgba(drawn ? style.fill : style.color), ground);
    const [light, dark] = [luminance(ink), luminance(ground)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const bad = [];
  let texts = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent.trim();
    if (text === '' || element.closest('script,template,title') !== null || !element.checkVisibility()) continue;
    texts++;
    const contrast = contrastOf(element);
    if (contrast < 4.5) bad.push(`${contrast.toFixed(2)} ${element.tagName} ${element.getAttribute('class')} ${text}`);
  }
  return { texts, bad };
})();
