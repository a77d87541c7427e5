"""The contract between both ends of the socket; imports nothing of ours."""
