import { expect, test } from 'vitest';
import { toSeconds } from '../../../engine/time/time.js';
import { readFcpxml } from '../../../engine/timelines/fcpxml.js';
import { cutBoundaries, visiblePieces } from '../../../engine/timelines/visible-cut.js';

const RATE = { numerator: 30_000, denominator: 1001 };

/** A project at 29.97 with two assets: `a`, whose timecode begins at an hour, and `b`, whose begins at zero. */
const project = (spine: string, { more = '' } = {}) => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE fcpxml>
<fcpxml version="1.9">
<resources>
<format id="r1" frameDuration="1001/30000s" width="1920" height="1080"/>
<asset id="a" name="A" start="3600s" duration="100s" hasVideo="1" hasAudio="1" format="r1"><media-rep kind="original-media" src="file:///a.mov"/></asset>
<asset id="b" name="B" start="0s" duration="1001/3s" hasVideo="1" format="r1" src="file:///b.mov"/>
<asset id="s" name="S" start="0s" duration="100s" hasAudio="1"><media-rep src="file:///s.wav"/></asset>
<effect id="t" name="Basic Title"/>
${more}
</resources>
<library><event><project name="p"><sequence format="r1" tcStart="0s"><spine>${spine}</spine></sequence></project></event></library>
</fcpxml>`;

/** So many frames of 29.97 as a time. */
const f = (frames: number) => `${frames * 1001}/30000s`;

const read = (spine: string, options?: Parameters<typeof project>[1]) => readFcpxml(project(spine, options));
const shown = (timeline: ReturnType<typeof read>) =>
	visiblePieces(timeline).map(({ range, source, sourceStart }) => [
		range.start,
		source.kind === 'media' ? source.url : source.kind,
		Math.round(sourceStart * 1e6) / 1e6,
	]);

test('a storyline’s clips have their frames, their media and the time from the media’s first frame', () => {
	const timeline = read(
		`<asset-clip ref="a" offset="0s" duration="${f(30)}" start="3605s"/><gap offset="${f(30)}" duration="${f(10)}"/>` +
			`<asset-clip ref="b" duration="${f(20)}"/>`,
	);
	expect(timeline).toMatchObject({ name: 'p', rate: RATE, rateKnown: true, duration: 60 });
	expect(shown(timeline)).toEqual([
		[0, 'file:///a.mov', 5],
		[30, 'black', 0],
		[40, 'file:///b.mov', 0],
	]);
});

test('a sequence that begins at an hour has its first clip at frame 0, whether its offsets say so or not', () => {
	for (const origin of [3600, 0]) {
		const late = readFcpxml(
			project(
				`<asset-clip ref="b" offset="${origin}s" duration="${f(30)}"/><asset-clip ref="a" duration="${f(30)}"/>`,
				{},
			).replace('tcStart="0s"', 'tcStart="3600s" tcFormat="DF"'),
		);
		expect(late.videoTracks[0]!.clips.map(({ range }) => range.start)).toEqual([0, 30]);
		expect([late.dropFrame, late.startFrame]).toEqual([true, Math.round((3600 * 30_000) / 1001)]);
	}
});

test('connected clips cover the storyline, those on lanes below it only what it leaves open', () => {
	const timeline = read(
		`<asset-clip ref="b" offset="0s" duration="${f(60)}" start="10s">` +
			`<asset-clip ref="a" lane="1" offset="${300_000 + 20_020}/30000s" duration="${f(10)}" start="3600s"/>` +
			`</asset-clip><gap offset="${f(60)}" duration="${f(30)}" start="3600s">` +
			`<asset-clip ref="a" lane="-1" offset="3600s" duration="${f(15)}" start="3620s"/></gap>`,
	);
	expect(shown(timeline).map(([frame, what]) => [frame, what])).toEqual([
		[0, 'file:///b.mov'],
		[20, 'file:///a.mov'],
		[30, 'file:///b.mov'],
		[60, 'file:///a.mov'],
		[75, 'black'],
	]);
	expect(timeline.videoTracks.map(({ name }) => name)).toEqual(['-1', '0', '1']);
});

test('a secondary storyline plays from where it is connected', () => {
	const timeline = read(
		`<asset-clip ref="b" offset="0s" duration="${f(60)}"><spine lane="1" offset="${f(10)}">` +
			`<asset-clip ref="a" offset="0s" duration="${f(5)}" start="3600s"/><gap offset="${f(5)}" duration="${f(5)}"/>` +
			`<asset-clip ref="a" offset="${f(10)}" duration="${f(5)}" start="3610s"/></spine></asset-clip>`,
	);
	expect(cutBoundaries(timeline).map(({ frame }) => frame)).toEqual([10, 15, 20, 25]);
});

test('a time map plays fast, holds and plays backwards, each stretch at its own speed', () => {
	const timeline = read(
		`<asset-clip ref="b" offset="0s" duration="${f(90)}"><timeMap><timept time="0s" value="0s"/>` +
			`<timept time="${f(30)}" value="${f(60)}"/><timept time="${f(60)}" value="${f(60)}"/>` +
			`<timept time="${f(90)}" value="${f(30)}"/></timeMap></asset-clip>`,
	);
	const clips = timeline.videoTracks[0]!.clips.map(({ speed, reversed, sourceRange }) => ({
		speed: speed.numerator / speed.denominator,
		reversed,
		from: sourceRange.start,
		length: sourceRange.duration,
	}));
	expect(clips).toEqual([
		{ speed: 2, reversed: false, from: 0, length: 60 },
		{ speed: 0, reversed: false, from: 60, length: 0 },
		{ speed: 1, reversed: true, from: 30, length: 30 },
	]);
});

test('a clip of another frame rate runs faster or slower where it is conformed, and not where scaling is off', () => {
	const at = (conform: string) =>
		read(`<asset-clip ref="b" offset="0s" duration="${f(30)}" start="0s">${conform}</asset-clip>`).videoTracks[0]!
			.clips[0]!;
	expect(at('<conform-rate srcFrameRate="30"/>').speed).toEqual({ numerator: 1000, denominator: 1001 });
	expect(at('<conform-rate scaleEnabled="0" srcFrameRate="24"/>').speed).toEqual({ numerator: 1, denominator: 1 });
});

test('a compound clip is opened, from the time that it is used from', () => {
	const inner = `<media id="m" name="inside"><sequence format="r1" tcStart="0s"><spine><asset-clip ref="b" offset="0s" duration="${f(50)}"/><asset-clip ref="a" offset="${f(50)}" duration="${f(50)}" start="3600s"/></spine></sequence></media>`;
	const timeline = read(`<ref-clip ref="m" offset="0s" duration="${f(40)}" start="${f(30)}"/>`, { more: inner });
	expect(timeline.videoTracks[0]!.clips[0]!.source.kind).toBe('nested');
	expect(shown(timeline)).toEqual([
		[0, 'file:///b.mov', 1.001],
		[20, 'file:///a.mov', 0],
	]);
});

test('a multicam clip shows the angle that is chosen, a synchronised clip what lies in it, an audition what is picked', () => {
	const multicam = `<media id="m" name="cams"><multicam format="r1" tcStart="0s"><mc-angle name="1" angleID="x"><asset-clip ref="a" offset="0s" duration="50s" start="3600s"/></mc-angle><mc-angle name="2" angleID="y"><asset-clip ref="b" offset="0s" duration="50s"/></mc-angle></multicam></media>`;
	const timeline = read(
		`<mc-clip ref="m" offset="0s" duration="${f(30)}" start="1001/1000s"><mc-source angleID="x" srcEnable="audio"/><mc-source angleID="y" srcEnable="video"/></mc-clip>` +
			`<sync-clip offset="${f(30)}" duration="${f(30)}" start="0s"><spine><asset-clip ref="a" offset="0s" duration="${f(60)}" start="3610s"/></spine></sync-clip>` +
			`<audition offset="${f(60)}"><asset-clip ref="b" duration="${f(30)}" start="20s"/><asset-clip ref="a" duration="${f(30)}"/></audition>`,
		{ more: multicam },
	);
	expect(shown(timeline)).toEqual([
		[0, 'file:///b.mov', 1.001],
		[30, 'file:///a.mov', 10],
		[60, 'file:///b.mov', 20],
	]);
});

test('sound is found under pictures, apart from them, and where only it is used', () => {
	const timeline = read(
		`<asset-clip ref="a" offset="0s" duration="${f(60)}" start="3600s" audioStart="${3600 * 30_000 + 10_010}/30000s" audioDuration="${f(20)}">` +
			`<asset-clip ref="s" lane="-1" offset="3600s" duration="2s"/>` +
			`<asset-clip ref="a" lane="-2" offset="3600s" duration="1s" start="3650s" srcEnable="audio"/></asset-clip>`,
	);
	const sounds = timeline.audioTracks.map(({ name, clips }) => [
		name,
		clips.map(({ source, range }) => [
			source.kind === 'media' && source.url,
			toSeconds(range.start, range.rate),
			toSeconds(range.duration, range.rate),
		]),
	]);
	expect(sounds).toEqual([
		['-2', [['file:///a.mov', 0, 1]]],
		['-1', [['file:///s.wav', 0, 2]]],
		['0', [['file:///a.mov', (10 * 1001) / 30_000, (20 * 1001) / 30_000]]],
	]);
	expect(timeline.videoTracks.map(({ name }) => name)).toEqual(['0']);
});

test('titles are seen through, disabled clips are not seen, transitions count at their centre', () => {
	const timeline = read(
		`<asset-clip ref="b" offset="0s" duration="${f(30)}"><title ref="t" lane="2" offset="${f(5)}" duration="${f(10)}" name="T"/>` +
			`<asset-clip ref="a" lane="1" enabled="0" offset="${f(5)}" duration="${f(10)}"/></asset-clip>` +
			`<transition name="Cross Dissolve" offset="${f(25)}" duration="${f(10)}"/>` +
			`<asset-clip ref="a" offset="${f(30)}" duration="${f(30)}" start="3600s"><marker start="3600s" duration="${f(1)}" value="here"/></asset-clip>`,
	);
	expect(cutBoundaries(timeline).map(({ frame }) => frame)).toEqual([30]);
	expect(timeline.videoTracks[0]!.transitions).toEqual([
		{ name: 'Cross Dissolve', kind: 'dissolve', centre: 30, inOffset: 5, outOffset: 5 },
	]);
	expect(timeline.markers).toEqual([{ name: 'here', range: { start: 30, duration: 1, rate: RATE } }]);
});

test('an asset without an address is offline, and its name is kept', () => {
	const timeline = read(`<asset-clip ref="x" offset="0s" duration="${f(30)}"/>`, {
		more: '<asset id="x" name="gone" duration="10s" hasVideo="1"/>',
	});
	expect(timeline.videoTracks[0]!.clips[0]!.source).toEqual({ kind: 'offline', name: 'gone' });
});
