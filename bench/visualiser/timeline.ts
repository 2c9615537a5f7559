/** What a timeline says of a clip: its file, its frame rate, and the first frame of every shot but the first, and of the end. */
export type CutList = { readonly video: string; readonly fps: number; readonly edges: readonly number[] };

/**
 * A clip's shots as an OpenTimelineIO timeline, for whoever wants its cuts without looking for them. The picture is the video
 * beside it; the sources that it names were never files.
 */
export const otioOf = ({ video, fps, edges }: CutList): string => {
	const time = (value: number) => ({ OTIO_SCHEMA: 'RationalTime.1', rate: fps, value });
	const range = (start: number, end: number) => ({
		OTIO_SCHEMA: 'TimeRange.1',
		start_time: time(start),
		duration: time(end - start),
	});
	const children = edges.map((end, k) => ({
		OTIO_SCHEMA: 'Clip.1',
		name: `shot ${k + 1}`,
		// A source of its own: pieces of one file that follow on from each other show no cut.
		source_range: range(0, end - (edges[k - 1] ?? 0)),
		media_reference: { OTIO_SCHEMA: 'ExternalReference.1', target_url: `shot-${k + 1}` },
	}));
	const track = { OTIO_SCHEMA: 'Track.1', name: 'V1', kind: 'Video', children };
	const tracks = { OTIO_SCHEMA: 'Stack.1', name: 'tracks', children: [track] };
	return `${JSON.stringify({ OTIO_SCHEMA: 'Timeline.1', name: video, tracks }, null, '\t')}\n`;
};

/** A table of pairs for segue train and segue evaluate: every clip by its timeline, with the clip's own sound. */
export const pairsTable = (videos: readonly { readonly video: string; readonly music: string }[]): string =>
	[
		'video,music,group',
		...videos.map(({ video, music }) => [timelineName(video), video, music].map(cell).join(',')),
		'',
	].join('\n');

export const timelineName = (video: string): string => video.replace(/\.mp4$/, '.otio');

const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
