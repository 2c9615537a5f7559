import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import { Tooltip, TooltipTrigger } from '@adobe/react-spectrum/Tooltip';
import FolderOpen from '@spectrum-icons/workflow/FolderOpen';
import Refresh from '@spectrum-icons/workflow/Refresh';
import type { OpenCut } from '../state/view-state.js';
import { counted, timecode } from '../state/words.js';
import { usePage } from './page-context.js';
import { Picture } from './picture.js';
import { RangeBar } from './range-bar.js';
import { SearchOptions } from './search-options.js';
import { Strip } from './strip.js';
import { Transport } from './transport.js';

/** The open cut: picture and transport beside its strip, options and the one button. */
export const CutSection = ({ open: { cut, range, source } }: { open: OpenCut }) => {
	const { store, commands } = usePage();
	const isWhole = range.start === 0 && range.end === cut.duration;
	const rangeName = isWhole ? 'whole cut' : `${timecode(range.start, cut.rate)} – ${timecode(range.end, cut.rate)}`;
	return (
		<section className="cut track" aria-label="Cut">
			<div className="head">
				<Picture cut={cut} />
			</div>
			<div className="lane">
				<div className="title-line">
					<h2 title={cut.name}>{cut.name}</h2>
					<span className="dim number">
						{counted(cut.boundaries.length, 'cut')} · {timecode(cut.duration, cut.rate)}
					</span>
					<span className="spring" />
					<ActionButton isQuiet onPress={() => store.dispatch({ type: 'dialog', dialog: 'range' })}>
						Range: {rangeName}
					</ActionButton>
					<TooltipTrigger>
						<ActionButton
							isQuiet
							aria-label="Refresh: read the cut again and suggest anew"
							aria-keyshortcuts="R"
							onPress={() => void commands.cuts.refresh()}
						>
							<Refresh />
						</ActionButton>
						<Tooltip>Read the cut again and suggest anew (R)</Tooltip>
					</TooltipTrigger>
					<ActionButton
						isQuiet
						aria-label="Open another cut"
						onPress={() => store.dispatch({ type: 'dialog', dialog: 'open-cut' })}
					>
						<FolderOpen />
					</ActionButton>
				</div>
				<Strip cut={cut} range={range} />
				<RangeBar cut={cut} range={range} />
			</div>
			<div className="head">
				<Transport cut={cut} />
			</div>
			<div className="lane">
				<SearchOptions source={source} />
			</div>
		</section>
	);
};
