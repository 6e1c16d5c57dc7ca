import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import { shortenHome } from '../../terminal/clean.ts';
import { normalizeName } from '../../util/project-name.ts';
import { isNoIndex, type LocalPlace, type Reading, type WithIndex } from '../index/facts.ts';
import { noteBlock } from '../shared/fixes.ts';
import { settingRow } from '../shared/requirements/requirement-origin.ts';
import { splitRequirement } from '../shared/requirements/requirement.ts';
import { repeatFromFolder } from '../shared/rewrite-command.ts';
import { printedFix } from '../shared/unset-setting.ts';

type Facts = CallFacts & WithIndex;

/**
 * A folder in place of an index that is not there, or not an index; pip says that it ignores it, and not why. The folders of
 * --find-links count where pip may look nowhere else.
 */
export function readLocalPlaces(requirement: string, facts: Facts, command: PipCommand): Reading | null {
  const { index } = facts;
  if (index === null) return null;
  const [place] = index.places.filter(({ option }) => option === '--index-url');
  if (isNoIndex(index.noIndex)) {
    const missing = index.places.find(({ option, isThere }) => option === '--find-links' && !isThere);
    return missing === undefined ? null : describeMissing(missing, facts);
  }
  if (place === undefined || index.extraIndex !== null) return null;
  if (!place.isThere) return describeMissing(place, facts);
  const { name } = splitRequirement(requirement);
  const wanted = normalizeName(name);
  if (name === '' || place.names.some((each) => normalizeName(each) === wanted)) return null;
  const rows = [settingRow('index', place.setting, facts.caller.home, '--index-url')];
  if (place.names.some((each) => /\.(?:whl|tar\.gz|zip)$/.test(each))) {
    return {
      headlines: ['that folder holds files of packages, and is not an index', 'that folder is not an index'],
      facts: rows,
      blocks: [printedFix('take the files from there', repeatFromFolder(place.path, command, facts.caller.shell))],
    };
  }
  return {
    headlines: [`the index in that folder has no project ${name}`, 'the index in that folder has no such project'],
    facts: rows,
    blocks: [noteBlock(`check the name: an index has a folder for each project, here ${wanted}/`)],
  };
}

function describeMissing({ option, setting, path }: LocalPlace, { caller }: Facts): Reading {
  const isIndex = option === '--index-url';
  return {
    headlines: [isIndex ? 'the folder of the index does not exist' : 'the folder of --find-links does not exist'],
    facts: [
      settingRow(isIndex ? 'index' : 'find-links', setting, caller.home, option),
      { label: 'missing', text: shortenHome(path, caller.home) },
    ],
    blocks: [noteBlock('correct that path, or create the folder and put the files there')],
  };
}
