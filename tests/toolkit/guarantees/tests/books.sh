# Shows: METHOD-UNKNOWN-501
brew() {
    curl -X BREW "$1"
}
