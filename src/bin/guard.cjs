// dist/shim.cjs: what sh starts. Written for any Node there ever was (no build step, ES5), because its work is to say that
// a Node is too old or that the program beside it is broken, and then to run pip all the same (docs/architecture.md,
// "When we break").
/* eslint-disable no-var */
'use strict';

var fs = require('fs');
var path = require('path');

var started = { pip: false };
/** Names this build; build.mjs puts a hash of call.cjs here. */
var BUILD = 'unbuilt';
/** V8's compiled code, which setup stores for the Node that it pins: loading takes 2 ms instead of 5, the rest half. */
var CACHE = path.join(__dirname, 'call-' + BUILD + '-' + process.version + '.cache');

/** The program as a script, so that V8 can be given, or asked for, its compiled code. */
function compile(cachedData) {
  var vm = require('vm');
  var file = path.join(__dirname, 'call.cjs');
  var source = require('module').wrap(fs.readFileSync(file, 'utf8'));
  var script = new vm.Script(source, cachedData ? { filename: file, cachedData: cachedData } : { filename: file });
  var loaded = { exports: {} };
  script.runInThisContext().call(loaded.exports, loaded.exports, require, loaded, file, __dirname);
  return { script: script, exports: loaded.exports };
}

function loadProgram() {
  var cachedData;
  try {
    cachedData = fs.readFileSync(CACHE);
  } catch (error) {
    void error;
    return require('./call.cjs');
  }
  return compile(cachedData).exports;
}

function runWithoutUs(why) {
  var mode = process.argv[2];
  // sh is still there in this mode: without an answer it runs pip itself.
  if (mode !== 'watch') process.exit(70);

  var fds = String(process.env._PIPWARD_FDS || '0 1 2')
    .trim()
    .split(' ')
    .map(Number);
  function say(text) {
    try {
      fs.writeSync(fds[2], 'pipward: ' + text + '\n');
    } catch (error) {
      void error;
    }
  }
  var args = process.argv.slice(4);
  var word = args.filter(function (arg) {
    return arg === 'install' || arg === 'uninstall';
  })[0];
  if (word && fs.existsSync('/etc/pipward/policy.toml')) {
    say(why + '; /etc/pipward/policy.toml cannot be judged by, so pip ' + word + ' was not run');
    process.exit(70);
  }

  function executable(file) {
    try {
      fs.accessSync(file, 1);
      return fs.statSync(file).isFile();
    } catch (error) {
      void error;
      return false;
    }
  }
  var active = process.env.VIRTUAL_ENV;
  var candidates = active && fs.existsSync(path.join(active, 'pyvenv.cfg')) ? [path.join(active, 'bin/python')] : [];
  ['python3', 'python'].forEach(function (name) {
    (process.env.PATH || '/usr/local/bin:/usr/bin:/bin').split(':').forEach(function (entry) {
      if (entry.charAt(0) === '/') candidates.push(path.join(entry, name));
    });
  });
  var python = candidates.filter(executable)[0];
  if (!python) {
    say(why + '; and no python3 was found on PATH');
    process.exit(127);
  }
  say(why + '; running ' + python + ' -m pip without it');

  var env = {};
  Object.keys(process.env).forEach(function (name) {
    var aside = /^_PIPWARD_ASIDE_(.*)/.exec(name);
    if (aside && /^(NODE_|LD_|DYLD_)/.test(aside[1])) env[aside[1]] = process.env[name];
    else if (name.indexOf('_PIPWARD_') !== 0) env[name] = process.env[name];
  });
  var bootstrap =
    'import sys\nif sys.path[:1] == [""]: del sys.path[0]\nimport runpy\n' +
    'runpy.run_module("pip", run_name="__main__", alter_sys=True)';
  var child = require('child_process').spawn(python, ['-c', bootstrap].concat(args), {
    stdio: [fds[0], fds[1], fds[2]],
    env: env,
  });
  ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP'].forEach(function (signal) {
    process.on(signal, function () {
      if (signal === 'SIGTERM' || signal === 'SIGHUP') child.kill(signal);
    });
  });
  child.on('exit', function (status, signal) {
    if (signal) {
      process.removeAllListeners(signal);
      process.exitCode = 128 + require('os').constants.signals[signal];
      process.kill(process.pid, signal);
    } else process.exit(status);
  });
}

function fail(error) {
  // A pip that has been started is never started a second time.
  if (started.pip) process.exit(70);
  runWithoutUs('its program failed (' + String((error && error.message) || error).split('\n')[0] + ')');
}

try {
  if (parseInt(process.versions.node, 10) < 20) throw new Error('Node ' + process.versions.node + ' is too old');
  if (process.argv[2] === 'compile') {
    // For setup: the name of the cache file, a line feed, and what belongs into it.
    var compiled = compile();
    compiled.exports.warmUp();
    process.stdout.write(Buffer.concat([Buffer.from(path.basename(CACHE) + '\n'), compiled.script.createCachedData()]));
  } else {
    loadProgram()
      .runShim(process, started)
      .then(function (exit) {
        exit();
      }, fail);
  }
} catch (error) {
  fail(error);
}
