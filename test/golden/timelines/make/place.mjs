/**
 * Puts music into timelines with the project's own writers, for OpenTimelineIO to read: node place.mjs, after a build.
 * The results are compared with what the writers make today, so run it only to accept a change, then read.py.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { writeMusic } from '../../../../dist/engine/timelines/write-timeline.js';

const golden = new URL('../', import.meta.url);
const root = new URL('../../../../', import.meta.url);
const { placements } = JSON.parse(readFileSync(new URL('placements.json', golden), 'utf8'));
for (const { output, input, rate, placement } of placements) {
	const text = readFileSync(new URL(input, root), 'utf8');
	writeFileSync(new URL(`placed/${output}`, golden), writeMusic(text, placement, rate ?? undefined).text);
}
