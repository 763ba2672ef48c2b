# Formula for a custom tap; a cask would have to be signed. Insert address and
# checksum of the release archive, then write the resource blocks with
#     brew update-python-resources claude-tray
# Untested: needs macOS.
class ClaudeTray < Formula
  include Language::Python::Virtualenv

  desc "Claude Code's 5-hour window in the menu bar"
  homepage "https://github.com/claudetray/claude-tray"
  url "https://github.com/claudetray/claude-tray/releases/download/v0.1.0/claude_tray-0.1.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "MIT"

  depends_on "pillow"
  depends_on "python@3.13"

  def install
    virtualenv_install_with_resources
    generate_completions_from_executable(bin/"claude-tray", "completion")
  end

  service do
    run [opt_bin/"claude-tray", "--autostart"]
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/claude-tray --version")
  end
end
