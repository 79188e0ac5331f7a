/**
 * What each shell has to be told. All of them ask `basalt __complete`, which answers a line each: the word, a tab, what it is. It ends with
 * `FILES_CODE` where names of files are wanted.
 */

/** The word after `basalt` that the scripts use. */
export const COMPLETE = '__complete'
export const FILES_CODE = 3

const BASH = `_basalt() {
  local reply code line
  reply=$(basalt ${COMPLETE} --bash "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
  code=$?
  COMPREPLY=()
  if [ "$code" = ${FILES_CODE} ]; then
    compopt -o default
    return
  fi
  while IFS= read -r line; do
    [ -n "$line" ] && COMPREPLY+=("$line")
  done <<<"$reply"
  [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *[=.,] ]] && compopt -o nospace
  return 0
}
complete -F _basalt basalt`

const ZSH = `#compdef basalt
_basalt() {
  local -a words_and_docs partial_words
  local reply line word
  reply=$(basalt ${COMPLETE} -- "\${(@Q)words[2,$CURRENT]}" 2>/dev/null)
  if [[ $? -eq ${FILES_CODE} ]]; then
    _files
    return
  fi
  for line in "\${(@f)reply}"; do
    [[ -n $line ]] || continue
    word="\${line%%$'\\t'*}"
    line="\${\${word//\\\\/\\\\\\\\}//:/\\\\:}:\${line#*$'\\t'}"
    if [[ $word == *[=.,] ]]; then partial_words+=("$line"); else words_and_docs+=("$line"); fi
  done
  _describe -t words basalt words_and_docs -- partial_words -S ''
}
compdef _basalt basalt`

const FISH = `function __basalt_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l reply (basalt ${COMPLETE} -- $words[2..] "$current" 2>/dev/null)
    if test $status -eq ${FILES_CODE}
        __fish_complete_path "$current"
        return
    end
    string join \\n -- $reply
end
complete -c basalt -f -a '(__basalt_complete)'`

export const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH }

export const SETUP = `
For this shell:   source <(basalt completion bash)      (zsh: the same; fish: basalt completion fish | source)
For good, bash:   echo 'source <(basalt completion bash)' >>~/.bashrc
For good, zsh:    echo 'source <(basalt completion zsh)' >>~/.zshrc     (after compinit)
For good, fish:   basalt completion fish >~/.config/fish/completions/basalt.fish

Names come from the cloud of the profile; when it does not answer within two seconds there are none.`
