/** How to tell whether pipward or pip is to blame, for `pipward --help`; doctor puts the command itself in its place. */
export const COMPARE_HELP =
  'Is pipward to blame? Run the command that `pipward which` prints after "starts": that is pip without pipward. ' +
  'PIPWARD_ADVICE=off pip ... runs pip without advice; policies still hold.';

/** The same for one error: short, behind what went wrong. */
export const COMPARE_HINT =
  'to see whether pipward is to blame, run the command that `pipward which` prints after "starts", with your arguments; PIPWARD_ADVICE=off only hides advice (pipward explain internal-error)';
