"""SQL conditions on one app to Kintone conditions, with proof of how exact they are."""
