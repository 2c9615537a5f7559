import { expect, test } from 'vitest';
import { toSeconds } from '../../../engine/time/time.js';
import { parseTimeline } from '../../../engine/timelines/read-timeline.js';
import { writeMarkers } from '../../../engine/timelines/write-markers.js';
import { GOLDEN, jsonIn, textIn } from './golden-files.js';

type Rate = { numerator: number; denominator: number };
type File = { output: string; input: string; rate: Rate | null };

const { files, markers } = jsonIn<{ files: File[]; markers: { frame: number; name: string }[] }>(
	GOLDEN,
	'markers.json',
);
const reads = jsonIn<Record<string, { name: string; start: number }[]>>(GOLDEN, 'otio-markers.json');
const ROOT = new URL('../../../', import.meta.url);
const marked = ({ input, rate }: File) => writeMarkers(textIn(ROOT, input), markers, rate ?? undefined);
const positions = (text: string, rate: Rate | null) => {
	const timeline = parseTimeline(text, rate ?? undefined);
	return timeline.markers.map(({ name, range }) => ({ name, start: toSeconds(range.start, range.rate) }));
};

test.each(files)('what is written into $output is what OpenTimelineIO was given to read', file => {
	expect(marked(file)).toBe(textIn(GOLDEN, `marked/${file.output}`));
});

test.each(files)('OpenTimelineIO and our reader find the markers of $output at their frames', file => {
	const text = textIn(ROOT, file.input);
	const { rate } = parseTimeline(text, file.rate ?? undefined);
	const before = positions(text, file.rate);
	const wanted = markers.map(({ frame, name }) => ({ name, start: expect.closeTo(toSeconds(frame, rate), 6) }));
	expect(reads[file.output]).toEqual(expect.arrayContaining(wanted));
	expect(positions(marked(file), file.rate)).toHaveLength(before.length + wanted.length);
	expect(positions(marked(file), file.rate)).toEqual(expect.arrayContaining(wanted));
});

test.each(files)('nothing else of $input changes', file => {
	const [before, after] = [textIn(ROOT, file.input), marked(file)].map(text =>
		parseTimeline(text, file.rate ?? undefined),
	);
	expect({ ...after, markers: [] }).toEqual({ ...before, markers: [] });
});

test('an OTIO stack without a list of markers gets one', () => {
	const text = '{"OTIO_SCHEMA":"Timeline.1","tracks":{"OTIO_SCHEMA":"Stack.1","children":[]}}';
	expect(positions(writeMarkers(text, [{ frame: 12, name: 'x' }]), null)).toEqual([{ name: 'x', start: 0.5 }]);
});

test('a marker after the end of an FCPXML storyline has nothing to hang on, and is refused', () => {
	const { input } = files.find(({ output }) => output.endsWith('fcpxml'))!;
	expect(() => writeMarkers(textIn(ROOT, input), [{ frame: 9999, name: 'late' }])).toThrow(
		expect.objectContaining({ code: 'timeline-unreadable', message: expect.stringContaining('after the end') }),
	);
});
