import { type PointerEvent, useMemo } from 'react';
import type { AlignmentView, Suggestion } from '../../../engine/protocol/messages.js';
import { type Cell, indexAt } from '../../state/pairing.js';
import { timeAt } from '../../state/time-axis.js';
import { Canvas } from '../canvas.js';
import { MATRIX_RULER, paintMatrix } from './paint-alignment.js';

type SimilarityMatrixProps = {
	readonly alignment: AlignmentView;
	readonly suggestion: Suggestion;
	readonly chosen: Cell | null;
	readonly onHear: (cell: Cell) => void;
};

/** Every segment against every section; a click hears that pair. The two lanes above it do the same by keyboard. */
export const SimilarityMatrix = ({ alignment, suggestion, chosen, onHear }: SimilarityMatrixProps) => {
	const paint = useMemo(() => paintMatrix(alignment, suggestion, chosen), [alignment, suggestion, chosen]);
	const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
		const box = event.currentTarget.getBoundingClientRect();
		const inSong = timeAt(event.clientX - box.left, { start: 0, end: suggestion.track.duration }, box.width);
		const inCut = timeAt(event.clientY - box.top - MATRIX_RULER, suggestion.range, box.height - MATRIX_RULER);
		onHear({ segment: indexAt(alignment.segments, inCut), section: indexAt(alignment.sections, inSong) });
	};
	return (
		<figure className="matrix">
			<div className="matrix-drawing" onPointerDown={onPointerDown}>
				<Canvas paint={paint} />
			</div>
			<figcaption className="dim">
				The cut downwards, the song to the right; the stronger, the more alike. The line is the crop
				{alignment.path === null
					? '; this distance ignores order and has no path of its own.'
					: `, the dots are the path of ${alignment.distance.name.replaceAll('-', ' ')}.`}
			</figcaption>
		</figure>
	);
};
