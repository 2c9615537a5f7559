/**
 * Puts markers into timelines with the project's own writers, for OpenTimelineIO to read: node mark.mjs, after a build.
 * The results are compared with what the writers make today, so run it only to accept a change, then read_markers.py.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { writeMarkers } from '../../../../dist/engine/timelines/write-markers.js';

const golden = new URL('../', import.meta.url);
const root = new URL('../../../../', import.meta.url);
const { files, markers } = JSON.parse(readFileSync(new URL('markers.json', golden), 'utf8'));
for (const { output, input, rate } of files) {
	const text = readFileSync(new URL(input, root), 'utf8');
	writeFileSync(new URL(`marked/${output}`, golden), writeMarkers(text, markers, rate ?? undefined));
}
