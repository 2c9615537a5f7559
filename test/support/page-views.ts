import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

/** What axe-core finds that shuts somebody out: rule and elements; empty where all is well. */
export const axeViolations = async (page: Page): Promise<{ id: string; nodes: string[] }[]> => {
	const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
	await page.evaluate(`window.axe || (() => {${axe}})()`);
	await settled(page);
	return page.evaluate(
		// Not on by default: who speaks to a computer says what is written on a button.
		'axe.run({ rules: { "label-content-name-mismatch": { enabled: true } } }).then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(node => node.html + " " + node.failureSummary) })))',
	);
};

/** Resolves when what appears has appeared: half faded in, nothing has the contrast it will have. */
const settled = (page: Page): Promise<void> =>
	page.evaluate(async () => {
		const frame = () => new Promise(requestAnimationFrame);
		await frame();
		await frame();
		const passing = document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity);
		await Promise.allSettled(passing.map(({ finished }) => finished));
	});

/** Controls and texts that reach beyond the window's sides, and whether the page can be scrolled sideways. */
export const lostSideways = (page: Page): Promise<string[]> =>
	page.evaluate(() => {
		const width = document.documentElement.clientWidth;
		const lost: string[] = [];
		if (document.documentElement.scrollWidth > width) lost.push(`scrolls to ${document.documentElement.scrollWidth}`);
		for (const element of document.querySelectorAll('button, input, [role=slider], h2, h3, .notice-text, .title')) {
			const box = element.getBoundingClientRect();
			if (box.width === 0 || element.closest('.unseen, .span-lane, .handle, .range-bar')) continue;
			const style = getComputedStyle(element);
			if (style.clipPath !== 'none' || style.opacity === '0' || element.matches('input[type=range]')) continue;
			if (box.left < -1 || box.right > width + 1) lost.push(element.outerHTML.slice(0, 120));
		}
		return lost;
	});
