import { expect, test } from 'vitest';
import { cutBoundaries, visiblePieces } from '../../../engine/timelines/visible-cut.js';
import { readXmeml } from '../../../engine/timelines/xmeml.js';

const rate = (timebase = 30, ntsc = true) =>
	`<rate><timebase>${timebase}</timebase><ntsc>${ntsc ? 'TRUE' : 'FALSE'}</ntsc></rate>`;

const file = (id: string, length = 1000) =>
	`<file id="${id}"><name>${id}.mov</name><pathurl>file://localhost/${id}.mov</pathurl>${rate()}<duration>${length}</duration></file>`;

type Item = { name?: string; start: number; end: number; from: number; to: number; content?: string };

const item = ({ name = 'c', start, end, from, to, content = file('a') }: Item) =>
	`<clipitem><name>${name}</name>${rate()}<start>${start}</start><end>${end}</end><in>${from}</in><out>${to}</out>${content}</clipitem>`;

const transition = (start: number, end: number, alignment: string) =>
	`<transitionitem><start>${start}</start><end>${end}</end><alignment>${alignment}</alignment>${rate()}<effect><name>Cross Dissolve</name></effect></transitionitem>`;

const sequence = (tracks: string, id = 's1', more = '') =>
	`<sequence id="${id}"><name>${id}</name>${rate()}<timecode>${rate()}<string>01:00:00;00</string><displayformat>DF</displayformat></timecode><media><video>${tracks}</video></media>${more}</sequence>`;

const read = (tracks: string, more = '') => readXmeml(`<xmeml version="5">${sequence(tracks)}${more}</xmeml>`);

const speed = (percent: number, reverse = false) =>
	`<filter><effect><effectid>timeremap</effectid><parameter><parameterid>speed</parameterid><value>${percent}</value></parameter><parameter><parameterid>reverse</parameterid><value>${reverse ? 'TRUE' : 'FALSE'}</value></parameter></effect></filter>`;

const frames = (timeline: ReturnType<typeof read>) => cutBoundaries(timeline).map(({ frame }) => frame);

test('the sequence’s rate, its drop-frame start and its clips are read', () => {
	const timeline = read(`<track>${item({ start: 0, end: 30, from: 10, to: 40 })}</track>`);
	expect(timeline).toMatchObject({
		name: 's1',
		rate: { numerator: 30_000, denominator: 1001 },
		dropFrame: true,
		startFrame: 107_892,
		duration: 30,
	});
	expect(timeline.videoTracks[0]!.clips[0]).toMatchObject({
		range: { start: 0, duration: 30 },
		sourceRange: { start: 10, duration: 30 },
		source: { kind: 'media', url: 'file://localhost/a.mov', available: { start: 0, duration: 1000 } },
	});
});

test.each([
	['center', 40, 20],
	['start', 30, 10],
	['end', 50, 30],
])(
	'clips at a transition aligned to its %s meet at frame %i, and the cut is at its centre',
	(alignment, meet, late) => {
		const timeline = read(
			`<track>${item({ start: 0, end: -1, from: 0, to: 50 })}${transition(30, 50, alignment)}` +
				`${item({ start: -1, end: 90, from: 100, to: 160, content: file('b') })}</track>`,
		);
		const [first, second] = timeline.videoTracks[0]!.clips;
		expect(first!.range).toMatchObject({ start: 0, duration: meet });
		expect(second).toMatchObject({
			range: { start: meet, duration: 90 - meet },
			sourceRange: { start: 100 + late - 10 },
		});
		expect(frames(timeline)).toEqual([40]);
		expect(visiblePieces(timeline)[1]!.sourceStart).toBeCloseTo((110 * 1001) / 30_000, 9);
	},
);

test('a file that is written out once is known by its id afterwards', () => {
	const timeline = read(
		`<track>${item({ start: 0, end: 30, from: 0, to: 30 })}${item({ start: 30, end: 60, from: 500, to: 530, content: '<file id="a"/>' })}</track>`,
	);
	expect(timeline.videoTracks[0]!.clips[1]!.source).toMatchObject({ url: 'file://localhost/a.mov' });
});

test('speed effects: in points count at the effect’s speed, backwards from the end of the medium', () => {
	const clipWith = (content: string) =>
		read(`<track>${item({ start: 0, end: 30, from: 10, to: 40, content: file('a') + content })}</track>`)
			.videoTracks[0]!.clips[0]!;
	expect(clipWith(speed(200))).toMatchObject({
		speed: { numerator: 2, denominator: 1 },
		sourceRange: { start: 20, duration: 60 },
		reversed: false,
	});
	expect(clipWith(speed(50, true))).toMatchObject({
		speed: { numerator: 1, denominator: 2 },
		sourceRange: { start: 1000 - 5 - 15, duration: 15 },
		reversed: true,
	});
	expect(clipWith(speed(-100)).reversed).toBe(true);
});

test('a variable speed is one clip for each stretch between its keyframes', () => {
	const curve = `<filter><effect><effectid>timeremap</effectid><parameter><parameterid>variablespeed</parameterid><value>1</value></parameter><parameter><parameterid>graphdict</parameterid><keyframe><when>0</when><value>0</value></keyframe><keyframe><when>20</when><value>60</value></keyframe><keyframe><when>40</when><value>60</value></keyframe></parameter></effect></filter>`;
	const { clips } = read(
		`<track>${item({ start: 100, end: 130, from: 10, to: 40, content: file('a') + curve })}</track>`,
	).videoTracks[0]!;
	expect(
		clips.map(({ range, sourceRange, speed: { numerator } }) => [range.start, sourceRange.start, numerator]),
	).toEqual([
		[100, 30, 3],
		[110, 60, 0],
	]);
});

test('lengths that differ without an effect are a speed', () => {
	const { clips } = read(`<track>${item({ start: 0, end: 30, from: 0, to: 60 })}</track>`).videoTracks[0]!;
	expect(clips[0]!.speed).toEqual({ numerator: 2, denominator: 1 });
});

test('a nested sequence is opened, named by its id or written out in the clip', () => {
	const inner = `<track>${item({ start: 0, end: 20, from: 0, to: 20 })}${item({ start: 20, end: 60, from: 0, to: 40, content: file('b') })}</track>`;
	const named = read(
		`<track>${item({ start: 0, end: 30, from: 10, to: 40, content: '<sequence id="s2"/>' })}</track>`,
		sequence(inner, 's2'),
	);
	const written = read(
		`<track>${item({ start: 0, end: 30, from: 10, to: 40, content: sequence(inner, 's2') })}</track>`,
	);
	for (const timeline of [named, written]) expect(frames(timeline)).toEqual([10]);
});

test('of several sequences the one that none nests is read', () => {
	const inner = sequence(`<track>${item({ start: 0, end: 60, from: 0, to: 60 })}</track>`, 'inner');
	const outer = sequence(
		`<track>${item({ start: 0, end: 30, from: 0, to: 30, content: '<sequence id="inner"/>' })}</track>`,
		'outer',
	);
	expect(readXmeml(`<xmeml version="5"><project><children>${inner}${outer}</children></project></xmeml>`).name).toBe(
		'outer',
	);
});

test('text and adjustment layers are seen through, slugs are not, files without an address are offline', () => {
	const text = `<generatoritem><name>T</name>${rate()}<start>5</start><end>10</end><in>0</in><out>5</out><effect><name>Text</name><effectid>Text</effectid></effect></generatoritem>`;
	const slug = text.replace(/Text/g, 'Slug').replace('<start>5</start><end>10</end>', '<start>20</start><end>25</end>');
	const below = `<track>${item({ start: 0, end: 40, from: 0, to: 40 })}</track>`;
	expect(frames(read(`${below}<track>${text}${slug}</track>`))).toEqual([20, 25]);
	const gone = read(
		`<track>${item({ start: 0, end: 40, from: 0, to: 40, content: '<file id="x"><name>gone.mov</name></file>' })}</track>`,
	);
	expect(gone.videoTracks[0]!.clips[0]!.source).toEqual({ kind: 'offline', name: 'gone.mov' });
});

test('markers are those of the sequence', () => {
	const marked = readXmeml(
		`<xmeml version="5">${sequence('', 's1', '<marker><name>b</name><in>20</in><out>25</out></marker><marker><name>a</name><in>5</in><out>-1</out></marker>')}</xmeml>`,
	);
	expect(marked.markers.map(({ name, range }) => [name, range.start, range.duration])).toEqual([
		['a', 5, 0],
		['b', 20, 5],
	]);
});
