"""Process: what the suite shares with the code of others that runs in the same process."""
